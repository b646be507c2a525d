"""Outgoing mail: queue it with the change, deliver it with patience.

``queue_mail`` writes a row in the caller's transaction. Delivery happens outside any
transaction; a mail that fails is tried again with growing pauses and finally kept as failed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Conflict
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from tenants.branding import LIGHT, compute_tokens
from tenants.events import MailQueued
from tenants.hosts import AgencySnapshot
from tenants.models import Agency, MailMessage
from tenants.states import MailState

logger = logging.getLogger(__name__)

PAUSES: Final = (30, 120, 600, 3_600, 14_400)
"""Seconds before the second, third … attempt; after the last one the mail has failed."""

LEASE_SECONDS: Final = 120
PLATFORM_COLOR: Final = "#0f4c81"
TEXT_KEPT: Final = timedelta(days=30)
BITE: Final = 1_000
MOST_BITES: Final = 500


class MailNotFailed(Conflict):
    """The mail waits or was sent; sending it again would send it twice."""

    code = "mail_not_failed"


class MailForgotten(Conflict):
    """The text of the mail was deleted because of its age."""

    code = "mail_forgotten"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A rendered mail, not yet addressed."""

    subject: str
    text: str
    html: str = ""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A text file that goes along, such as one for a calendar."""

    name: str
    kind: str
    """Its media type, with parameters."""

    text: str


def render_letter(
    template: str,
    *,
    agency: AgencySnapshot | None,
    language: str,
    context: dict[str, Any],
) -> Letter:
    """Render ``emails/<template>.{subject,txt,html}`` in a language and an agency's brand."""
    tokens = compute_tokens(agency.brand_color if agency else PLATFORM_COLOR, LIGHT)
    values = {
        "agency": agency,
        "brand": agency.brand_name if agency else "Spotex",
        "button_color": tokens.brand,
        "button_ink": tokens.on_brand,
        **context,
    }
    with translation.override(language):
        subject, text, html = (
            render_to_string(f"emails/{template}.{kind}", values)
            for kind in ("subject", "txt", "html")
        )
    return Letter(subject=" ".join(subject.split()), text=text.strip() + "\n", html=html)


def queue_mail(
    letter: Letter,
    *,
    recipient: str,
    agency: AgencySnapshot | None,
    about: Agency | None = None,
    attachment: Attachment | None = None,
) -> MailMessage:
    """Write a mail into the queue, in the caller's transaction.

    Args:
        letter: what it says.
        recipient: to whom.
        agency: in whose brand; None for the platform's.
        about: the agency with which a mail of the platform is deleted.
        attachment: what goes along.
    """
    name = agency.brand_name if agency else "Spotex"
    mail = MailMessage.objects.create(
        agency_id=agency.id if agency else None,
        about=about,
        sender=_sender(name),
        recipient=recipient,
        subject=letter.subject[:300],
        text=letter.text,
        html=letter.html,
        file_name=attachment.name if attachment else "",
        file_type=attachment.kind if attachment else "",
        file_text=attachment.text if attachment else "",
        due_at=timezone.now(),
    )
    publish(MailQueued(actor=ANONYMOUS, mail_id=mail.pk, subject_public_id=mail.public_id))
    return mail


def _sender(name: str) -> str:
    plain = "".join(c for c in name if c.isprintable() and c not in '"<>\\,;')[:80]
    return f'"{plain}" <{settings.DEFAULT_FROM_EMAIL}>'


def list_waiting_mail(*, at: datetime, limit: int = 100) -> list[int]:
    """Return the keys of mails that are due, oldest first."""
    waiting = MailMessage.objects.filter(state=MailState.QUEUED, due_at__lte=at)
    return list(waiting.order_by("due_at").values_list("pk", flat=True)[:limit])


def deliver_mail_message(*, mail_id: int, at: datetime) -> None:
    """Deliver one mail; do nothing if it is not due or somebody else has it.

    The row is claimed by moving its next attempt past the lease, in one statement.
    """
    claimed = MailMessage.objects.filter(
        pk=mail_id,
        state=MailState.QUEUED,
        due_at__lte=at,
    ).update(due_at=at + timedelta(seconds=LEASE_SECONDS))
    if not claimed:
        return
    mail = MailMessage.objects.get(pk=mail_id)
    try:
        _send(mail)
    except Exception as error:  # noqa: BLE001  whatever it is, this mail waits and the others go
        _note_failure(mail, error=error, at=at)
    else:
        _note_success(mail, at=at)


def _send(mail: MailMessage) -> None:
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=mail.text,
        from_email=mail.sender,
        to=[mail.recipient],
        reply_to=_list_answers_to(mail),
        headers={"Message-ID": f"<{mail.public_id}@{settings.SPOTEX_MAIL_DOMAIN}>"},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    if mail.file_name:
        message.attach(mail.file_name, mail.file_text, mail.file_type)
    message.send()


def _list_answers_to(mail: MailMessage) -> list[str]:
    """Return where an answer goes: to the agency's support, for nobody reads the sender's box."""
    support = mail.agency.support_email if mail.agency else ""
    return [support] if support else []


def _note_success(mail: MailMessage, *, at: datetime) -> None:
    changes: dict[str, Any] = {"state": MailState.SENT, "sent_at": at}
    if not settings.SPOTEX_MAILBOX:
        changes |= {
            "text": "",
            "html": "",
            "file_text": "",
        }  # links are secrets: keep them only to look at
    _save_under_lease(mail, changes)


def _note_failure(mail: MailMessage, *, error: Exception, at: datetime) -> None:
    attempts = mail.attempts + 1
    reason = str(error) or type(error).__name__
    changes: dict[str, Any] = {
        "attempts": attempts,
        "last_error": reason.replace("\0", "")[:300],
    }
    if attempts > len(PAUSES):
        changes["state"] = MailState.FAILED
        logger.error("mail %s failed for good: %s", mail.public_id, reason)
    else:
        changes["due_at"] = at + timedelta(seconds=PAUSES[attempts - 1])
    _save_under_lease(mail, changes)


def _save_under_lease(mail: MailMessage, changes: dict[str, Any]) -> None:
    """Write the outcome, unless the sending took so long that somebody else has the mail now."""
    ours = MailMessage.objects.filter(
        pk=mail.pk,
        state=MailState.QUEUED,
        attempts=mail.attempts,
        due_at=mail.due_at,
    )
    if not ours.update(**changes, updated_at=timezone.now()):
        logger.warning("mail %s took longer than its lease", mail.public_id)


@transaction.atomic
def requeue_mail(mail: MailMessage, *, at: datetime) -> MailMessage:
    """Give a mail that failed for good all its attempts again.

    Raises:
        MailNotFailed: it waits or is sent.
        MailForgotten: it is so old that its text is gone.
    """
    mail = lock_row(mail)
    if mail.state != MailState.FAILED:
        raise MailNotFailed(_("Only a mail that failed can be sent again."))
    if not mail.text:
        raise MailForgotten(_("This mail is too old: its text was deleted."))
    mail.state = MailState.QUEUED
    mail.attempts = 0
    mail.due_at = at
    mail.save()
    publish(MailQueued(actor=ANONYMOUS, mail_id=mail.pk, subject_public_id=mail.public_id))
    return mail


def blank_old_mail(*, at: datetime) -> int:
    """Delete the texts of mails that are over for a month: their links are secrets.

    Who got a mail about what, and when, stays. Returns how many texts were deleted.
    """
    over = MailMessage.objects.filter(
        state__in=(MailState.SENT, MailState.FAILED),
        updated_at__lt=at - TEXT_KEPT,
    ).exclude(text="", html="", file_text="")
    blanked = 0
    for _bite in range(MOST_BITES):
        keys = list(over.order_by("pk").values_list("pk", flat=True)[:BITE])
        if not keys:
            break
        blanked += over.filter(pk__in=keys).update(text="", html="", file_text="")
    return blanked


def list_kept_mail(*, recipient: str = "") -> QuerySet[MailMessage]:
    """List the mails of the local mailbox, newest first."""
    mails = MailMessage.objects.order_by("-created_at", "-pk")
    return mails.filter(recipient__iexact=recipient) if recipient else mails
