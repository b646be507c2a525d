"""When a place is open: rules by the wall clock become periods in real time.

Where the clocks change, a wall time that does not exist counts as the moment after the gap, and
one that exists twice as the earlier of the two when opening and the later when closing: nobody
finds a door closed that the sign calls open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.periods import Period, merge


@dataclass(frozen=True, kw_only=True)
class Hours:
    """Open on a weekday; minutes since midnight, beyond 1,440 into the day after."""

    weekday: int
    opens: int
    closes: int


@dataclass(frozen=True, kw_only=True)
class DaysOff:
    """Days on which the usual hours do not hold: closed, or open at others."""

    first_day: date
    last_day: date
    opens: int | None = None
    closes: int | None = None
    is_yearly: bool = False

    def covers(self, day: date) -> bool:
        """Tell whether a day is one of these."""
        if not self.is_yearly:
            return self.first_day <= day <= self.last_day
        first, last, this = ((one.month, one.day) for one in (self.first_day, self.last_day, day))
        # Around the turn of the year the last day comes first in the calendar.
        return first <= this <= last if first <= last else this >= first or this <= last


def list_open_periods(
    first_day: date,
    last_day: date,
    *,
    zone: ZoneInfo,
    hours: Sequence[Hours],
    days_off: Sequence[DaysOff] = (),
    holidays: Iterable[date] = (),
) -> list[Period]:
    """Return when a place is open on some days of its calendar, both included.

    A day off with hours of its own counts more than a holiday, and both more than the week.
    """
    closed = set(holidays)
    days = (first_day + timedelta(days=n) for n in range((last_day - first_day).days + 1))
    found = (
        period
        for day in days
        for period in _list_periods_of(
            day, zone=zone, hours=hours, days_off=days_off, is_holiday=day in closed
        )
    )
    return list(merge(found))


def _list_periods_of(
    day: date,
    *,
    zone: ZoneInfo,
    hours: Sequence[Hours],
    days_off: Sequence[DaysOff],
    is_holiday: bool,
) -> Iterator[Period]:
    special = [one for one in days_off if one.covers(day)]
    if special:
        pairs = [(one.opens, one.closes) for one in special]
    elif is_holiday:
        pairs = []
    else:
        pairs = [(one.opens, one.closes) for one in hours if one.weekday == day.weekday()]
    for opens, closes in pairs:
        if opens is None or closes is None:
            continue
        start = find_instant(day, opens, zone=zone, fold=0)
        end = find_instant(day, closes, zone=zone, fold=1)
        if start < end:  # not when the whole of it falls into the missing hour
            yield Period(start=start, end=end)


def find_instant(day: date, minutes: int, *, zone: ZoneInfo, fold: int = 0) -> datetime:
    """Return the moment of a wall time; one in the gap is the moment after it.

    Of a wall time that there is twice, ``fold`` 0 is the earlier moment and 1 the later.
    """
    days, minutes = divmod(minutes, 24 * 60)
    wall = datetime.combine(day + timedelta(days=days), time(*divmod(minutes, 60)), zone)
    moment = wall.replace(fold=fold).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    return _end_of_gap(wall).astimezone(UTC)


def _end_of_gap(wall: datetime) -> datetime:
    """Return the first moment after a missing hour: there the two readings of it meet."""
    before = wall.replace(fold=0).utcoffset()
    late = wall.replace(fold=0).astimezone(UTC)
    early = wall.replace(fold=1).astimezone(UTC)
    low, high = min(early, late), max(early, late)
    zone = wall.tzinfo
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
