"""Times of stays in words, by the clock of the place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_timezone_name
from django.utils.translation import get_language

from booking.models import Space
from booking.periods import Period


@dataclass(frozen=True, kw_only=True)
class StayWords:
    """A stay in words: ``Saturday 22 November 2026``, ``10:00–12:00``, ``Italy Time``."""

    day: str
    hours: str
    zone: str

    def __str__(self) -> str:
        return f"{self.day}, {self.hours}"


def zone_of(space: Space) -> ZoneInfo:
    """Return the clock of a space whose location is loaded."""
    return ZoneInfo(space.location.time_zone)


def write_stay(stay: Period, *, zone: ZoneInfo) -> StayWords:
    """Write a stay by a clock; the end names its day where that is another one."""
    start, end = stay.start.astimezone(zone), stay.end.astimezone(zone)
    until = write_clock(end)
    if end.date() != start.date():
        until = f"{until} ({write_day(end.date(), pattern='EEE d MMM')})"
    return StayWords(
        day=write_day(start.date()),
        hours=f"{write_clock(start)}–{until}",
        zone=write_zone(start),
    )


def write_clock(moment: datetime) -> str:
    """Write the time of a local moment; in both languages alike."""
    return f"{moment:%H:%M}"


def write_day(day: date, *, pattern: str = "EEEE d MMMM y") -> str:
    """Write a day in the reader's language."""
    return format_date(day, pattern, locale=_locale())


def write_zone(moment: datetime) -> str:
    """Name the clock by which a local moment is meant, in the reader's language."""
    return get_timezone_name(moment, locale=_locale())


def write_moment(moment: datetime, *, zone: ZoneInfo) -> str:
    """Write a moment by a clock, in full."""
    local = moment.astimezone(zone)
    return f"{write_day(local.date(), pattern='EEEE d MMMM')}, {write_clock(local)}"


def _locale() -> str:
    return (get_language() or "it").split("-")[0]
