"""The report as tables with words; page, CSV, XLSX and PDF show these and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.prices import LineKind
from booking.report_shapes import DayLine, Money, RateLine, Report, SpaceLine, Usage
from booking.states import DemandReason, ReservationState

Cell = str | int | Decimal | date | None

_CENT: Final = Decimal("0.01")
_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows with a heading; a column of numbers holds only numbers and None."""

    name: str
    """For programs, and of the sheet."""

    title: str
    heads: Sequence[str | Promise]
    rows: list[list[Cell]]

    @property
    def numeric(self) -> list[bool]:
        """Which columns are numbers."""
        columns = zip(*self.rows, strict=True) if self.rows else ([] for _head in self.heads)
        return [_is_numeric(column) for column in columns]


def _is_numeric(column: Iterable[Cell]) -> bool:
    cells = [cell for cell in column if cell is not None]
    return bool(cells) and all(isinstance(cell, int | Decimal) for cell in cells)


def list_tables(report: Report, *, before: Report) -> list[Table]:
    """Return all tables of a month; the first one compares it with the month before."""
    return [
        _summarise(report, before=before),
        _list_spaces(report),
        _list_days(report),
        _list_rates(report),
        _list_states(report),
        _list_leads(report),
        _list_lost(report),
        _list_lost_hours(report),
    ]


def _summarise(report: Report, *, before: Report) -> Table:
    figures: list[tuple[str, Decimal | int, Decimal | int]] = [
        (_("Reservations"), report.stays, before.stays),
        (_("Sold hours"), _hours(report.usage.sold_minutes), _hours(before.usage.sold_minutes)),
        (_("Open hours"), _hours(report.usage.open_minutes), _hours(before.usage.open_minutes)),
        (_("Occupancy (%)"), _percent(report.usage), _percent(before.usage)),
        (
            _("No-shows"),
            report.states[ReservationState.NO_SHOW],
            before.states[ReservationState.NO_SHOW],
        ),
        (
            _("Cancelled"),
            report.states[ReservationState.CANCELLED],
            before.states[ReservationState.CANCELLED],
        ),
        (_("Lost demand"), report.lost_total, before.lost_total),
    ]
    currencies = dict.fromkeys(one.currency for one in [*report.money, *before.money])
    for currency in currencies:
        now, then = report.money_in(currency), before.money_in(currency)
        for word, read in zip(_money_words(), _read_money(now), strict=True):
            number = _money_words().index(word)
            figures.append((f"{word} ({currency})", read, _read_money(then)[number]))
        for word, here, there in (
            (_("Paid so far"), now.paid_minor, then.paid_minor),
            (_("Still to be paid"), now.open_minor, then.open_minor),
        ):
            figures.append((f"{word} ({currency})", as_amount(here), as_amount(there)))
    return Table(
        name="summary",
        title=_("Summary"),
        heads=[_("Figure"), _("This month"), _("Month before"), _("Difference")],
        rows=[[word, now, then, now - then] for word, now, then in figures],
    )


def _money_words() -> list[str]:
    return [_("Sold"), _("Refunded"), _("Revenue"), _("VAT in it"), _("Revenue without VAT")]


def _read_money(money: Money) -> list[Decimal]:
    amounts = (
        *(money.sold_minor, money.refunded_minor, money.kept_minor),
        *(money.vat_minor, money.net_minor),
    )
    return [as_amount(minor) for minor in amounts]


def as_amount(minor: int) -> Decimal:
    """Return minor units as an amount with two decimals."""
    return (Decimal(minor) / 100).quantize(_CENT)


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(_CENT)


def _percent(usage: Usage) -> Decimal:
    return Decimal(usage.percent).quantize(_TENTH)


def _usage_cells(usage: Usage) -> list[Cell]:
    return [_hours(usage.sold_minutes), _hours(usage.open_minutes), _percent(usage)]


def _usage_words() -> list[str]:
    return [_("Reservations"), _("Sold hours"), _("Open hours"), _("Occupancy (%)")]


def _spread(line: SpaceLine | DayLine, *, first: list[Cell]) -> list[list[Cell]]:
    """Return a row for each currency of a line, one without money where there is none."""
    usage = [*first, line.stays, *_usage_cells(line.usage)]
    if not line.money:
        return [[*usage, "", *(None for _word in _money_words())]]
    return [[*usage, one.currency, *_read_money(one)] for one in line.money]


def _list_spaces(report: Report) -> Table:
    return Table(
        name="spaces",
        title=_("By space"),
        heads=[_("Location"), _("Space"), *_usage_words(), _("Currency"), *_money_words()],
        rows=[
            row
            for line in report.spaces
            for row in _spread(line, first=[line.space.location.name, line.space.name])
        ],
    )


def _list_days(report: Report) -> Table:
    return Table(
        name="days",
        title=_("By day"),
        heads=[_("Day"), *_usage_words(), _("Currency"), *_money_words()],
        rows=[row for line in report.days for row in _spread(line, first=[line.day])],
    )


def _list_rates(report: Report) -> Table:
    return Table(
        name="rates",
        title=_("By price"),
        heads=[
            *(_("Rate"), _("Price"), _("Times"), _("Sold hours"), _("Amount"), _("Currency")),
        ],
        rows=[
            [
                _name_rate(line),
                as_amount(line.unit_minor) if line.unit_minor else None,
                line.times,
                _hours(line.minutes) if line.minutes else None,
                as_amount(line.amount_minor),
                line.currency,
            ]
            for line in report.rates
        ],
    )


def _name_rate(line: RateLine) -> str:
    names = {
        LineKind.MONTH: _("Monthly"),
        LineKind.WEEK: _("Weekly"),
        LineKind.DAY: _("Daily"),
        LineKind.HALF_DAY: _("Half a day"),
        LineKind.HOUR: _("Hourly"),
        LineKind.PEAK: _("Peak hours"),
        LineKind.MEMBER: _("Off for members"),
        LineKind.LONGER: _("Stayed longer"),
        LineKind.EQUIPMENT: _("Equipment"),
        LineKind.VOUCHER: _("Off by voucher"),
        LineKind.CREDIT: _("Paid with credits"),
    }
    name = names.get(LineKind(line.kind), "") if line.kind in set(LineKind) else ""
    return " · ".join(part for part in (name, line.label) if part) or line.kind


def _list_states(report: Report) -> Table:
    labels = dict(ReservationState.choices)
    return Table(
        name="states",
        title=_("By state"),
        heads=[_("State"), _("Reservations")],
        rows=[
            [str(labels[state]), report.states[state]]
            for state in ReservationState.values
            if report.states[state]
        ],
    )


def _list_leads(report: Report) -> Table:
    names = [
        _("up to a day before"),
        _("up to 3 days before"),
        _("up to a week before"),
        _("up to 30 days before"),
        _("earlier"),
    ]
    return Table(
        name="lead",
        title=_("How early people book"),
        heads=[_("Booked"), _("Reservations")],
        rows=[[name, count] for name, count in zip(names, report.lead, strict=True)],
    )


def write_lead(lead: timedelta | None) -> str:
    """Write how long before the stay people book in the middle, ``–`` where nobody did."""
    if lead is None:
        return "–"
    hours = round(lead.total_seconds() / 3_600)
    if hours < 48:
        return ngettext("%(n)s hour before", "%(n)s hours before", hours) % {"n": hours}
    return ngettext("%(n)s day before", "%(n)s days before", hours // 24) % {"n": hours // 24}


def _list_lost(report: Report) -> Table:
    reasons = list(DemandReason)
    return Table(
        name="lost",
        title=_("Lost demand"),
        heads=[_("Location"), _("Space"), *(str(reason.label) for reason in reasons), _("Times")],
        rows=[
            [
                line.space.location.name,
                line.space.name,
                *(line.tries.get(reason, 0) for reason in reasons),
                line.total,
            ]
            for line in report.lost
        ],
    )


def _list_lost_hours(report: Report) -> Table:
    return Table(
        name="lost-hours",
        title=_("Lost demand by hour"),
        heads=[_("Hour"), _("Times")],
        rows=[[f"{hour:02}:00", times] for hour, times in enumerate(report.lost_hours) if times],
    )
