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
    """Return the next hour at which a space is open, taken or not; without one the next full hour.

    Args:
        space: with its location.
        day: from which day on, by the clock of the location.
        now: the present moment; nothing is proposed before.
    """
    soon = now.replace(minute=0, second=0, microsecond=0) + _HOUR
    for hours in find_hours(space).list_by_day(day, day + _DAYS):
        start = max(hours.start, soon)
        if start < hours.end:
            return start
    return soon
