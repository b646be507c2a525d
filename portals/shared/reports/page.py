"""The report on a page: what was chosen, the figures that count most, pictures and tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.months import Month, month_of, read_month
from booking.periods import REACHABLE_YEARS
from booking.report_access import access_report_spaces
from booking.report_shapes import Report
from portals.reports.cells import write_cell
from portals.reports.choice import (
    MONTHS_SHOWN,
    Choice,
    Comparison,
    read_comparison,
    write_month,
)
from portals.reports.figures import list_figures
from portals.reports.files import send_comparison
from portals.reports.formats import FORMATS
from portals.reports.tables import Table, list_tables
from portals.shared.htmx import render_page
from portals.shared.lists import read_choice
from portals.shared.reports.charts import Chart, draw_bars
from portals.shared.requests import PortalRequest
from portals.stay_times import write_day
from portals.templatetags.ui import money

_NAMES: Final = ("location", "space", "customer")
_FOLDED: Final = {"days", "lost-hours"}


def show_report(request: PortalRequest, *, pages: str, extra: dict[str, Any]) -> HttpResponse:
    """Show the month that is asked for, the present one without a question.

    Args:
        request: with the choice in its query.
        pages: what the names of the pages begin with.
        extra: what only one portal has.
    """
    choice = _read_choice(request)
    found = read_comparison(request.actor, choice)
    months = _list_months(choice.month)
    query = _query(choice)
    context = {
        "choice": choice,
        "title": write_month(choice.month),
        "months": [(str(month), capfirst(write_month(month))) for month in months],
        **_list_places(request, choice),
        "earlier": f"?{_query(choice, month=choice.month.before)}",
        "later": f"?{_query(choice, month=choice.month.after)}",
        "figures": list_figures(found),
        "charts": _list_charts(found.report),
        "tables": [_write_table(table) for table in _list_tables(found)],
        "has_spaces": bool(found.spaces),
        "page_url": reverse(f"{pages}report-detail"),
        "files": [
            (kind.upper(), f"{reverse(f'{pages}report-download')}?{query}&kind={kind}")
            for kind in FORMATS
        ],
        **extra,
    }
    return render_page(request, "portals/shared/reports/show.html", context)


def send_file(request: PortalRequest) -> HttpResponse:
    """Send the month that is asked for as a file."""
    found = read_comparison(request.actor, _read_choice(request))
    kind = read_choice(request, "kind", among=list(FORMATS), default="csv")
    brand = request.agency.brand_name if request.agency else ""
    return send_comparison(found, kind=kind, brand=brand)


def _read_choice(request: PortalRequest) -> Choice:
    month = read_month(request.GET.get("month", ""))
    if month is None or month.year not in REACHABLE_YEARS[1:-1]:
        month = month_of(timezone.localdate())
    chosen = {name: request.GET.get(name, "").replace("\0", "")[:60] for name in _NAMES}
    return Choice(month=month, **chosen)


def _query(choice: Choice, *, month: Month | None = None) -> str:
    chosen = {name: getattr(choice, name) for name in _NAMES if getattr(choice, name)}
    return urlencode({"month": str(month or choice.month), **chosen})


def _list_months(chosen: Month) -> list[Month]:
    month, months = month_of(timezone.localdate()), [chosen]
    for _number in range(MONTHS_SHOWN):
        months.append(month)
        month = month.before
    return sorted(set(months), reverse=True)


def _list_places(request: PortalRequest, choice: Choice) -> dict[str, list[tuple[str, str]]]:
    """Return what else could be chosen: everything of the month, by name."""
    everything = list(access_report_spaces(request.actor, month=choice.month.before))
    locations = {one.location.public_id: one.location.name for one in everything}
    owners = {
        one.location.customer.public_id: one.location.customer.name
        for one in everything
        if one.location.customer is not None
    }
    spaces = [
        (one.public_id, f"{one.location.name} · {one.name}" if len(locations) > 1 else one.name)
        for one in everything
        if choice.location in {"", one.location.public_id}
    ]
    return {
        "locations": _with_all(_("All locations"), list(locations.items())),
        "spaces": _with_all(_("All spaces"), spaces),
        "owners": _with_all(_("All owners"), list(owners.items())),
    }


def _with_all(word: str, options: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [("", word), *options] if options else []


def _list_tables(found: Comparison) -> list[Table]:
    return list_tables(found.report, before=found.before)


def _write_table(table: Table) -> dict[str, Any]:
    numeric = table.numeric
    heads = [str(head) for head in table.heads]
    return {
        "name": table.name,
        "title": table.title,
        "is_folded": table.name in _FOLDED,
        "heads": list(zip(heads, numeric, strict=True)),
        "rows": [
            list(zip((write_cell(cell) for cell in row), numeric, strict=True))
            for row in table.rows
        ],
    }


def _list_charts(report: Report) -> list[Chart]:
    days = [write_day(line.day, pattern="d MMM") for line in report.days]
    ticks = [str(report.days[number].day.day) for number in (0, len(days) // 2, -1)]
    shares = [line.usage.percent for line in report.days]
    kept = [_kept(report, number) for number in range(len(days))]
    currency, most = report.currency, max(*kept, 0)
    charts = [
        draw_bars(
            shares,
            words=[f"{day}: {share:.0f} %" for day, share in zip(days, shares, strict=True)],
            title=_("Occupancy by day"),
            ticks=ticks,
            top=100,
            top_words="100 %",
        )
    ]
    if most:
        charts.append(
            draw_bars(
                [max(amount, 0) for amount in kept],
                words=_say(days, kept, lambda amount: money(amount, currency)),
                title=_("Revenue by day"),
                ticks=ticks,
                top=most,
                top_words=money(most, currency, whole=most >= 1_000),
            )
        )
    if any(report.lost_hours):
        charts.append(_draw_lost(report.lost_hours))
    return charts


def _kept(report: Report, number: int) -> int:
    amounts = report.days[number].money
    return sum(one.kept_minor for one in amounts if one.currency == report.currency)


def _say(names: list[str], values: list[int], write: Callable[[int], str]) -> list[str]:
    return [f"{name}: {write(value)}" for name, value in zip(names, values, strict=True)]


def _draw_lost(hours: tuple[int, ...]) -> Chart:
    names = [f"{hour:02}:00" for hour in range(24)]
    most = max(hours)
    return draw_bars(
        hours,
        words=_say(names, list(hours), str),
        title=_("Lost demand by hour"),
        ticks=[names[0], names[12], names[-1]],
        top=most,
        top_words=ngettext("%(n)s time", "%(n)s times", most) % {"n": most},
    )
