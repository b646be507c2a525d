"""How much of the open time of spaces was sold; by the clock of each place, day by day.

Only the smallest spaces have time to sell: a hall with two rooms has that of the rooms, and a stay
in the hall sells both. Places sold one by one count each. Time for which somebody blocked a space
is not open; the pause after a stay is, though nobody can buy it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from booking.models import Block, Reservation, Space
from booking.months import Month, day_in_zone
from booking.periods import Period, merge, subtract
from booking.report_shapes import Usage
from booking.selectors.hours import find_hours_of
from booking.states import SOLD

_NEVER: Final = datetime.max.replace(tzinfo=UTC)
_MARGIN: Final = timedelta(days=1)
"""The month of one place begins up to a day before or after that of another."""


@dataclass(frozen=True, kw_only=True)
class Occupancy:
    """Usage by space and by day, and of all together."""

    by_space: Mapping[int, Usage]
    by_day: Mapping[date, Usage]
    total: Usage


@dataclass(frozen=True, kw_only=True)
class _Busy:
    """What was sold or blocked of one space; ``seat`` is None for all of it."""

    low: int
    high: int
    seat: int | None
    period: Period

    def covers(self, space: Space) -> bool:
        """Tell whether it took a space, or a seat of it, and not only a part."""
        is_within = self.low <= space.unit_low and space.unit_high <= self.high
        return is_within and (self.seat is None or self.low == space.unit_low)


def find_occupancy(spaces: Sequence[Space], *, month: Month) -> Occupancy:
    """Return how much of the month was sold of some spaces, their locations loaded."""
    leaves = [space for space in spaces if not _has_parts(space, among=spaces)]
    sold = list(_list_busy(Reservation.objects.filter(state__in=SOLD), month=month, seat="seat"))
    blocked = list(_list_busy(Block.objects.filter(lifted_at=None), month=month))
    hours = find_hours_of(leaves)
    by_leaf: dict[int, dict[date, Usage]] = {}
    for leaf in leaves:
        days = (month.first_day, month.last_day)
        opened = hours[leaf.pk].list_open(*days) if leaf.is_bookable else []
        blocks = [one.period for one in blocked if one.covers(leaf)]
        stays = [one for one in sold if one.covers(leaf)]
        usable = [left for one in _clip(opened, leaf) for left in subtract(one, blocks)]
        by_leaf[leaf.pk] = _use(leaf, stays=stays, usable=usable, month=month)
    return _sum(by_leaf, spaces=spaces, leaves=leaves, month=month)


def _has_parts(space: Space, *, among: Iterable[Space]) -> bool:
    return any(
        one.pk != space.pk and space.unit_low <= one.unit_low and one.unit_high <= space.unit_high
        for one in among
    )


def _list_busy(
    rows: QuerySet[Reservation] | QuerySet[Block], *, month: Month, seat: str = ""
) -> Iterator[_Busy]:
    around = month.in_zone(ZoneInfo("UTC"))
    found = rows.filter(starts_at__lt=around.end + _MARGIN, ends_at__gt=around.start - _MARGIN)
    names = [
        "space__unit_low",
        "space__unit_high",
        "starts_at",
        "ends_at",
        *([seat] if seat else []),
    ]
    for low, high, start, end, *seats in found.values_list(*names):
        number = seats[0] if seats else None
        yield _Busy(low=low, high=high, seat=number, period=Period(start=start, end=end))


def _clip(opened: Iterable[Period], space: Space) -> list[Period]:
    """Return the part of the opening hours in which the space existed."""
    existing = Period(start=space.created_at, end=space.archived_at or _NEVER)
    return [part for one in opened if (part := one.overlap(existing)) is not None]


def _use(
    leaf: Space, *, stays: Sequence[_Busy], usable: Iterable[Period], month: Month
) -> dict[date, Usage]:
    """Return by day what was sold of a space; what was sold was open, whatever the hours say now."""
    zone, places = ZoneInfo(leaf.location.time_zone), max(leaf.seats, 1)
    sold: defaultdict[date, int] = defaultdict(int)
    opened: defaultdict[date, int] = defaultdict(int)
    for stay in stays:
        taken = 1 if stay.seat is not None else places
        for day, minutes in _split(stay.period, zone=zone):
            sold[day] += minutes * taken
    for period in merge([*usable, *(stay.period for stay in stays)]):
        for day, minutes in _split(period, zone=zone):
            opened[day] += minutes * places
    return {day: Usage(sold_minutes=sold[day], open_minutes=opened[day]) for day in month.days}


def _split(period: Period, *, zone: ZoneInfo) -> Iterator[tuple[date, int]]:
    """Yield the days that a period touches, each with how many minutes of it lie there."""
    day = period.start.astimezone(zone).date()
    while (whole := day_in_zone(day, zone)).start < period.end:
        common = whole.overlap(period)
        if common is not None:
            yield day, int(common.length.total_seconds()) // 60
        day += timedelta(days=1)


def _sum(
    by_leaf: Mapping[int, Mapping[date, Usage]],
    *,
    spaces: Sequence[Space],
    leaves: Sequence[Space],
    month: Month,
) -> Occupancy:
    of_leaf = {pk: sum(days.values(), Usage()) for pk, days in by_leaf.items()}
    by_space = {
        space.pk: sum(
            (
                of_leaf[leaf.pk]
                for leaf in leaves
                if space.unit_low <= leaf.unit_low and leaf.unit_high <= space.unit_high
            ),
            Usage(),
        )
        for space in spaces
    }
    return Occupancy(
        by_space=by_space,
        by_day={day: sum((days[day] for days in by_leaf.values()), Usage()) for day in month.days},
        total=sum(of_leaf.values(), Usage()),
    )
