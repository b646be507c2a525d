"""When a new stay could begin, as long as nobody said so."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from booking.models import Space
from booking.selectors.hours import find_hours

_HOUR: Final = timedelta(hours=1)
_DAYS: Final = timedelta(days=7)
"""How far it is looked for: the shop that opens once a week is found, too."""


def find_next_hour(space: Space, *, day: date, now: datetime) -> datetime:
    """Return the next hour or later at which a stay can begin, taken or not.

    Where the space is not open for a week it is the next full hour.

    Args:
        space: with its location.
        day: from which day on, by the clock of the location.
        now: the present moment; nothing is proposed before.
    """
    soon = now.replace(minute=0, second=0, microsecond=0) + _HOUR
    for hours in find_hours(space).list_by_day(day, day + _DAYS):
        step = timedelta(minutes=space.slot_minutes)
        start = hours.start + max(0, -((hours.start - soon) // step)) * step
        if start < hours.end:
            return start
    return soon
