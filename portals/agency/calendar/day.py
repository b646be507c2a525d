"""One day, or one week, of the spaces of a location."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.models import Space
from booking.periods import Period
from booking.selectors.calendar import list_seats
from booking.selectors.hours import SpaceHours, find_hours_of
from booking.slots import Grid, Slot, list_slots
from portals.agency.calendar.entries import Entry, Taken, entries_of, list_taken
from portals.agency.calendar.table import Column, Table, build_table
from portals.templatetags.places import day_words

_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class DayOfSpace:
    """What happens in one space on one day of a week."""

    day: date
    is_open: bool
    entries: list[Entry]


@dataclass(frozen=True, kw_only=True)
class WeekOfSpace:
    """One space through a week."""

    space: Space
    days: list[DayOfSpace]


def build_day(spaces: Sequence[Space], day: date, *, now: datetime) -> Table | None:
    """Return the table of a day of spaces of one location, which is loaded with each."""
    if not spaces:
        return None
    hours = find_hours_of(spaces)
    zone = ZoneInfo(spaces[0].location.time_zone)
    taken = list_taken(spaces, _span(day, 1, zone=zone))
    columns = [
        _build_column(space, day, hours=hours[space.pk], taken=taken, now=now) for space in spaces
    ]
    return build_table(columns, zone=zone, now=now)


def build_week(spaces: Sequence[Space], monday: date) -> list[WeekOfSpace]:
    """Return a week of spaces of one location, which is loaded with each."""
    if not spaces:
        return []
    hours = find_hours_of(spaces)
    zone = ZoneInfo(spaces[0].location.time_zone)
    taken = list_taken(spaces, _span(monday, 7, zone=zone))
    days = [monday + number * _DAY for number in range(7)]
    weeks = []
    for space in spaces:
        entries = entries_of(space, taken)
        weeks.append(
            WeekOfSpace(
                space=space,
                days=[
                    DayOfSpace(
                        day=day,
                        is_open=bool(hours[space.pk].list_open(day, day)),
                        entries=_cut(entries, _span(day, 1, zone=zone), zone=zone),
                    )
                    for day in days
                ],
            )
        )
    return weeks


def _build_column(
    space: Space, day: date, *, hours: SpaceHours, taken: Sequence[Taken], now: datetime
) -> Column:
    opened, whole = hours.list_open(day, day), _span(day, 1, zone=hours.zone)
    if opened:
        whole = Period(start=min(whole.start, opened[0].start), end=max(whole.end, opened[-1].end))
    return Column(
        open=opened,
        slots=_list_slots(space, opened=opened, taken=taken, now=now),
        entries=_cut(entries_of(space, taken), whole, zone=hours.zone),
        seats=space.seats,
    )


def _list_slots(
    space: Space, *, opened: Sequence[Period], taken: Sequence[Taken], now: datetime
) -> list[Slot]:
    if not space.is_bookable:
        return []
    grid = Grid(
        space=space.public_id,
        seats=list_seats(space),
        step=timedelta(minutes=space.slot_minutes),
        buffer=timedelta(minutes=space.buffer_minutes),
        usual=opened,
        open=opened,
        occupied=[one.occupied for one in taken],
        mine=frozenset(),
    )
    return list_slots(grid, now=now)


def _cut(entries: Sequence[Entry], period: Period, *, zone: ZoneInfo) -> list[Entry]:
    """Return the entries of a time, cut to it, with their whole stay in words."""
    return [
        replace(
            one,
            stay=Period(start=max(one.stay.start, period.start), end=min(one.stay.end, period.end)),
            when=_write(one.stay, zone),
        )
        for one in entries
        if one.stay.start < period.end and period.start < one.stay.end
    ]


def _write(stay: Period, zone: ZoneInfo) -> str:
    start, end = stay.start.astimezone(zone), stay.end.astimezone(zone)
    if start.date() == end.date():
        return f"{start:%H:%M}–{end:%H:%M}"
    return " – ".join(f"{day_words(one)} {one:%H:%M}" for one in (start, end))


def _span(day: date, days: int, *, zone: ZoneInfo) -> Period:
    """Return some whole days by the clock of a place."""
    ends = (day, day + days * _DAY)
    start, end = (datetime.combine(one, time.min, zone).astimezone(UTC) for one in ends)
    return Period(start=start, end=end)
