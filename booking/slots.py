"""Slots: stays of one step, derived and never stored, with ids that say what they are.

``slot_<space>_<start>_<minutes>``: the id names the space, the beginning in UTC and the length, so
that no table of slots is needed, and a page of yesterday still says what it meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from booking.periods import Period
from booking.states import ClaimKind, SlotState
from booking.units import Interval
from spotex.kernel.ids import ID_PATTERN

SLOT_PATTERN: Final = rf"slot_{ID_PATTERN}_[0-9]{{8}}t[0-9]{{4}}z_[0-9]{{1,5}}"
_SHAPE: Final = re.compile(rf"slot_({ID_PATTERN})_([0-9]{{8}}t[0-9]{{4}})z_([0-9]{{1,5}})")
_STAMP: Final = "%Y%m%dt%H%M"


@dataclass(frozen=True, kw_only=True)
class SlotId:
    """What a slot's id says."""

    space: str
    """Public id of the space."""

    stay: Period

    def __str__(self) -> str:
        start = self.stay.start.astimezone(UTC).strftime(_STAMP)
        minutes = int(self.stay.length.total_seconds()) // 60
        return f"slot_{self.space.partition('_')[2]}_{start}z_{minutes}"


def read_slot_id(text: str) -> SlotId | None:
    """Return what an id says; None when it says nothing possible."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    space, stamp, minutes = match.groups()
    try:
        start = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
        stay = Period(start=start, end=start + timedelta(minutes=int(minutes)))
    except (ValueError, OverflowError):
        return None
    return SlotId(space=f"spc_{space}", stay=stay)


@dataclass(frozen=True, kw_only=True)
class Occupied:
    """A claim that is valid now, as far as slots are concerned."""

    unit: Interval
    busy: Period
    kind: ClaimKind
    subject: str
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One stay of the grid as a person sees it; ``held_until`` only while it is held."""

    id: str
    stay: Period
    state: SlotState
    is_mine: bool = False
    held_until: datetime | None = None
    free_seats: int | None = None


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Everything from which the slots of one space follow."""

    space: str
    seats: tuple[Interval, ...]
    """What can be sold one by one; the space itself where it is booked as a whole."""

    step: timedelta
    buffer: timedelta
    usual: Sequence[Period]
    """Opening hours of such days; where ``open`` does not cover them the slot is closed."""

    open: Sequence[Period]
    occupied: Sequence[Occupied]
    mine: frozenset[str]
    """Public ids of the holds and reservations of whoever looks."""


def list_slots(grid: Grid, *, now: datetime) -> list[Slot]:
    """Return the slots of a grid in order."""
    return [_describe(stay, grid=grid, now=now) for stay in _list_stays(grid)]


def _list_stays(grid: Grid) -> Iterator[Period]:
    hours = {*grid.usual, *grid.open}
    stays = {
        Period(start=start, end=start + grid.step)
        for period in hours
        for start in _list_starts(period, step=grid.step)
    }
    yield from sorted(stays)


def _list_starts(period: Period, *, step: timedelta) -> Iterator[datetime]:
    for number in range(int(period.length / step)):
        yield period.start + number * step


def _describe(stay: Period, *, grid: Grid, now: datetime) -> Slot:
    slot_id = str(SlotId(space=grid.space, stay=stay))
    in_the_way = _find_in_the_way(stay, grid=grid)
    free = [seat for seat in grid.seats if not _is_taken(seat, in_the_way)]
    state = _find_state(stay, grid=grid, now=now, is_free=bool(free), in_the_way=in_the_way)
    ends = [one.until for one in in_the_way if one.until is not None]
    return Slot(
        id=slot_id,
        stay=stay,
        state=state,
        is_mine=any(one.subject in grid.mine for one in in_the_way),
        held_until=min(ends) if ends and state == SlotState.HELD else None,
        free_seats=len(free) if len(grid.seats) > 1 else None,
    )


def _find_in_the_way(stay: Period, *, grid: Grid) -> list[Occupied]:
    """Return the claims that a stay would meet, the pause after it included."""
    end = stay.end + grid.buffer
    return [one for one in grid.occupied if one.busy.start < end and stay.start < one.busy.end]


def _is_taken(seat: Interval, claims: Sequence[Occupied]) -> bool:
    return any(one.unit.low < seat.high and seat.low < one.unit.high for one in claims)


def _find_state(
    stay: Period, *, grid: Grid, now: datetime, is_free: bool, in_the_way: Sequence[Occupied]
) -> SlotState:
    if stay.start + grid.step <= now:
        return SlotState.PAST
    if not any(one.contains(stay) for one in grid.open):
        return SlotState.CLOSED
    if is_free:
        return SlotState.FREE
    kinds = {one.kind for one in in_the_way}
    if ClaimKind.HOLD in kinds:
        return SlotState.HELD
    return SlotState.BOOKED if ClaimKind.RESERVATION in kinds else SlotState.BLOCKED
