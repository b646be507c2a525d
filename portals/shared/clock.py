"""Wall times of opening hours, which are kept as minutes since midnight."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from typing import Final

from django.utils.dates import WEEKDAYS

from booking.models import OpeningRule
from booking.models.places import DAY_MINUTES

_HOUR: Final = 60


def format_minutes(minutes: int | None) -> str:
    """Return ``08:30`` for 510 minutes; the end of a day is ``24:00``, none an empty text."""
    if minutes is None:
        return ""
    hours, rest = divmod(minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES, _HOUR)
    return f"{hours:02}:{rest:02}"


def to_minutes(wall: time) -> int:
    """Return the minutes since midnight."""
    return wall.hour * _HOUR + wall.minute


def close_after(opens: int, closes: int) -> int:
    """Return when it closes, counted from the midnight before it opens.

    A closing that is not later than the opening is on the day after: 18:00 to 02:00, 00:00 to 00:00.
    """
    return closes if closes > opens else closes + DAY_MINUTES


@dataclass(frozen=True, kw_only=True)
class DayHours:
    """The opening hours of one weekday in words; none when it is closed."""

    day: str
    hours: list[str]


def describe_week(week: Iterable[OpeningRule]) -> list[DayHours]:
    """Return the seven days with their hours in order."""
    every = sorted(week, key=lambda one: one.opens)
    return [
        DayHours(
            day=str(WEEKDAYS[weekday]),
            hours=[
                describe_hours(one.opens, one.closes) for one in every if one.weekday == weekday
            ],
        )
        for weekday in range(7)
    ]


def describe_hours(opens: int, closes: int) -> str:
    """Return ``09:00–18:00``."""
    return f"{format_minutes(opens)}–{format_minutes(closes)}"
