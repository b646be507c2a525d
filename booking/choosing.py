"""Which stay a person means by pointing at one slot; pure, so that every page answers alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from booking.periods import Period


def choose_stay(free: Sequence[Period], *, chosen: Period, shortest: timedelta) -> Period:
    """Return the shortest stay that holds a chosen slot.

    It begins with the slot; where too little free time follows, it ends later and begins before.

    Args:
        free: the free slots of the day, in order.
        chosen: the slot pointed at.
        shortest: what the space allows at least.
    """
    run = _find_run(free, chosen)
    count = -(-shortest // chosen.length)
    first = max(0, min(run.index(chosen), len(run) - count))
    last = min(first + count, len(run)) - 1
    return Period(start=run[first].start, end=run[last].end)


def join_stays(held: Period, slot: Period) -> Period | None:
    """Return a held stay with a slot before or after it; None if they do not touch."""
    if slot.end == held.start:
        return Period(start=slot.start, end=held.end)
    if slot.start == held.end:
        return Period(start=held.start, end=slot.end)
    return None


def drop_slot(held: Period, slot: Period, *, shortest: timedelta) -> Period | None:
    """Return a held stay without its first or last slot; None if nothing sensible is left."""
    if held.length - slot.length < shortest:
        return None
    if slot.start == held.start:
        return Period(start=slot.end, end=held.end)
    if slot.end == held.end:
        return Period(start=held.start, end=slot.start)
    return None


def find_first_start(
    grids: Iterable[Period],
    free: Sequence[Period],
    *,
    step: timedelta,
    shortest: timedelta,
    earliest: datetime,
) -> datetime | None:
    """Return when the first possible stay begins; None if there is none.

    Args:
        grids: the opening hours of each day, in order; slots count from the beginning of each.
        free: what is free, in order; it may run from one day into the next.
        step: how far apart slots begin.
        shortest: how long a stay is at least.
        earliest: no stay begins before.
    """
    for around in grids:
        for period in free:
            after = max(period.start, earliest, around.start)
            start = around.start + -((around.start - after) // step) * step
            if start < around.end and start + shortest <= period.end:
                return start
    return None


def _find_run(free: Sequence[Period], chosen: Period) -> list[Period]:
    """Return the free slots that follow each other without a gap, around the chosen one."""
    run = [chosen]
    for slot in free:
        if slot.start == run[-1].end:
            run.append(slot)
    for slot in reversed(free):
        if slot.end == run[0].start:
            run.insert(0, slot)
    return run
