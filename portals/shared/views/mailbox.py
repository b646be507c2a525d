"""The local mailbox: what the platform would have mailed, for development only."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse

from portals.shared.access import portal_view
from portals.shared.htmx import render_page
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import Missing
from tenants.models import MailMessage
from tenants.services.mail import list_kept_mail

_LINK = re.compile(r"https?://\S+")


@portal_view(public=True)
def mailbox_list(request: PortalRequest) -> HttpResponse:
    """Show the newest mails, or those to one address."""
    _require_mailbox()
    recipient = _read_recipient(request)
    page = Paginator(list_kept_mail(recipient=recipient), 25).get_page(request.GET.get("page"))
    return render_page(
        request,
        "portals/public/mailbox/list.html",
        {"page": page, "recipient": recipient},
    )


@portal_view(public=True)
def mailbox_detail(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show one mail as text, its links ready to follow."""
    _require_mailbox()
    mail = list_kept_mail().filter(public_id=public_id).first()
    if mail is None:
        raise Missing("There is no such mail.")
    return render_page(
        request,
        "portals/public/mailbox/detail.html",
        {"mail": mail, "links": _LINK.findall(mail.text)},
    )


@portal_view(public=True)
def mailbox_json(request: PortalRequest) -> HttpResponse:
    """Return the newest mails to an address, for scripts."""
    _require_mailbox()
    mails = list_kept_mail(recipient=_read_recipient(request))[:20]
    return JsonResponse({"messages": [_as_json(mail) for mail in mails]})


def _read_recipient(request: PortalRequest) -> str:
    return request.GET.get("to", "").replace("\0", "").strip()


def _as_json(mail: MailMessage) -> dict[str, Any]:
    return {
        "id": mail.public_id,
        "from": mail.sender,
        "to": mail.recipient,
        "subject": mail.subject,
        "text": mail.text,
        "links": _LINK.findall(mail.text),
        "file": mail.file_text,
        "created_at": mail.created_at.isoformat(),
    }


def _require_mailbox() -> None:
    if not settings.SPOTEX_MAILBOX:
        raise Missing("There is nothing at this address.")
