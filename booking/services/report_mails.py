"""Who hears of a month when it is over."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from booking.due_kinds import MAIL_REPORTS
from booking.events.reports import ReportMailChosen, ReportMailStopped, ReportReady
from booking.models import ReportMail
from booking.months import Month, month_of
from spotex.kernel.actor import Actor
from spotex.kernel.errors import NotAllowed
from spotex.kernel.events import publish
from tenants.access import access_agency, system_actor
from tenants.due import cancel_due, schedule_due
from tenants.models import Agency
from tenants.permissions import ROLE_PERMISSIONS, Permission
from tenants.selectors import find_membership
from tenants.states import Role

logger = logging.getLogger(__name__)

MORNING: Final = time(6)
"""When the mails are written, by the clock of the agency."""


class OnlyForPeople(NotAllowed):
    """A program has no mailbox, and support reads nobody's mail."""

    code = "only_for_people"


@transaction.atomic
def choose_report_mail(*, actor: Actor, now: datetime) -> None:
    """Send a member the report of each month that ends from now on; choosing again is harmless.

    Raises:
        OnlyForPeople: the actor is a program, or support in somebody's place.
        Missing, NotAllowed: the actor is no member, or may not read reports.
    """
    agency, user_id = _require_member(actor)
    mail, is_new = ReportMail.objects.get_or_create(user_id=user_id)
    if not is_new:
        return
    if not ReportMail.objects.exclude(pk=mail.pk).exists():  # else others' mail may be late
        at = _find_next(now, zone=ZoneInfo(agency.time_zone))
        schedule_due(MAIL_REPORTS, key=agency.public_id, at=at, agency_id=agency.pk)
    _tell(ReportMailChosen, actor=actor)


@transaction.atomic
def stop_report_mail(*, actor: Actor) -> None:
    """Send a member no report any more; stopping again changes nothing.

    Raises:
        OnlyForPeople: the actor is a program, or support in somebody's place.
        Missing, NotAllowed: the actor is no member, or may not read reports.
    """
    agency, user_id = _require_member(actor)
    count, _rows = ReportMail.objects.filter(user_id=user_id).delete()
    if not count:
        return
    if not ReportMail.objects.exists():
        cancel_due(MAIL_REPORTS, key=agency.public_id)
    _tell(ReportMailStopped, actor=actor)


def _require_member(actor: Actor) -> tuple[Agency, int]:
    agency = access_agency(actor, permission=Permission.REPORT_VIEW)
    if actor.user_id is None or actor.support_session:
        raise OnlyForPeople(_("Only a person can choose this, for itself."))
    return agency, actor.user_id


def _tell(kind: type[ReportMailChosen | ReportMailStopped], *, actor: Actor) -> None:
    publish(kind(actor=actor, subject_public_id=actor.user_public_id, subject_name=actor.name))


def announce_reports(agency: Agency, *, now: datetime) -> datetime | None:
    """Announce the month that is over to everybody who has not heard of it; return when next.

    Who is no member any more, or may not read reports, is forgotten. What fails for one person
    keeps nobody else waiting: it is raised when all others have heard, and tried again.
    """
    zone = ZoneInfo(agency.time_zone)
    month = month_of(now.astimezone(zone).date()).before
    failures: list[Exception] = []
    for user_id in ReportMail.objects.order_by("pk").values_list("user_id", flat=True):
        try:
            _announce(month, user_id=user_id, agency=agency)
        except Exception as error:
            logger.exception("report of %s not announced to user %s", month, user_id)
            failures.append(error)
    if failures:
        raise failures[0]
    return _find_next(now, zone=zone) if ReportMail.objects.exists() else None


@transaction.atomic
def _announce(month: Month, *, user_id: int, agency: Agency) -> None:
    mail = ReportMail.objects.select_for_update().filter(user_id=user_id).first()
    if mail is None:
        return
    member = find_membership(user_id=user_id, agency_id=agency.pk)
    if member is None or Permission.REPORT_VIEW not in ROLE_PERMISSIONS[Role(member.role)]:
        mail.delete()
        return
    if mail.sent_for is not None and mail.sent_for >= month.first_day:
        return
    mail.sent_for = month.first_day
    mail.save()
    publish(ReportReady(actor=system_actor(agency), user_id=user_id, month=str(month)))


def _find_next(now: datetime, *, zone: ZoneInfo) -> datetime:
    """Return the morning of the next first of a month."""
    first = month_of(now.astimezone(zone).date()).after.first_day
    return datetime.combine(first, MORNING, zone).astimezone(UTC)
