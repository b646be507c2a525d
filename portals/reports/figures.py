"""The numbers of a month that count most, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from booking.report_shapes import Report
from booking.states import ReservationState
from portals.reports.choice import Comparison
from portals.reports.tables import write_lead
from portals.templatetags.ui import money


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number with what it was the month before."""

    label: str
    icon: str
    value: str
    note: str


def list_figures(found: Comparison) -> list[Figure]:
    """Return the numbers that count most, in words."""
    report, before = found.report, found.before
    currency = report.currency
    kept, then = report.money_in(currency).kept_minor, before.money_in(currency).kept_minor
    figures: list[tuple[str, str, str, str]] = [
        (_("Occupancy"), "gauge", _percent(report), _percent(before)),
        (_("Revenue"), "banknote", money(kept, currency), money(then, currency)),
        (_("Reservations"), "calendar-check", str(report.stays), str(before.stays)),
        (_("No-shows"), "circle-x", _missed(report), _missed(before)),
        (
            _("Booked ahead"),
            "clock",
            write_lead(report.median_lead),
            write_lead(before.median_lead),
        ),
        (_("Lost demand"), "search", str(report.lost_total), str(before.lost_total)),
    ]
    note = _("%(value)s the month before")
    shown = [
        Figure(label=label, icon=icon, value=value, note=note % {"value": earlier})
        for label, icon, value, earlier in figures
    ]
    unpaid = report.money_in(currency).open_minor
    if unpaid:
        text = _("%(amount)s of it still to be paid") % {"amount": money(unpaid, currency)}
        shown[1] = replace(shown[1], note=text)
    return shown


def _percent(report: Report) -> str:
    return f"{report.usage.percent:.0f} %"


def _missed(report: Report) -> str:
    return str(report.states[ReservationState.NO_SHOW])
