"""The report of the month that is over, by mail, in the agency's brand and the member's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from booking.events.reports import ReportReady
from booking.months import read_month
from portals.addresses import address_in
from portals.reports.choice import Choice, Comparison, read_comparison, write_month
from portals.reports.figures import list_figures
from portals.reports.files import write_csv
from portals.reports.tables import list_tables
from spotex.kernel.events import on
from tenants.models import User
from tenants.selectors import find_agency_snapshot
from tenants.services.mail import Attachment, queue_mail, render_letter
from tenants.states import PortalName


@dataclass(frozen=True, kw_only=True)
class ReportNotice:
    """What the mail says: a title and the figures, each with the month before."""

    title: str
    facts: list[tuple[str, str]]


@on(ReportReady)
def mail_report(event: ReportReady) -> None:
    """Send the figures that count most, a link to the page, and all tables as a file."""
    agency = find_agency_snapshot(event.actor.agency_id or 0)
    month = read_month(event.month)
    if agency is None or month is None:
        return
    user = User.objects.get(pk=event.user_id)
    language = user.language or agency.language
    found = read_comparison(event.actor, Choice(month=month))
    page = address_in(PortalName.AGENCY, "agency:report-detail", agency=agency)
    url = f"{page}?month={month}"
    with translation.override(language):
        notice = _write(found)
        attachment = Attachment(
            name=f"{_('report')}-{month}.csv",
            kind="text/csv; charset=utf-8",
            text=write_csv(list_tables(found.report, before=found.before)),
        )
    letter = render_letter(
        "report",
        agency=agency,
        language=language,
        context={"notice": notice, "name": user.full_name, "link": url},
    )
    queue_mail(letter, recipient=user.email, agency=agency, attachment=attachment)


def _write(found: Comparison) -> ReportNotice:
    return ReportNotice(
        title=_("Report of %(month)s") % {"month": write_month(found.report.month)},
        facts=[(one.label, f"{one.value} ({one.note})") for one in list_figures(found)],
    )
