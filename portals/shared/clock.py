"""Wall times of opening hours, which are kept as minutes since midnight."""

from __future__ import annotations

from typing import Final

from booking.models.places import DAY_MINUTES

_HOUR: Final = 60


def format_minutes(minutes: int | None) -> str:
    """Return ``08:30`` for 510 minutes; the end of a day is ``24:00``, none an empty text."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES, _HOUR)
    return f"{hours:02}:{rest:02}"
