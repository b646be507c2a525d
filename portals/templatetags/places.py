"""Times of places as people read them: by the clock that hangs there."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.translation import ngettext

from booking.lengths import write_length
from booking.models import Space
from portals.shared.booking.prices import write_rate
from portals.shared.clock import format_minutes
from portals.stay_times import write_day, write_zone

register = template.Library()

_HOUR = 60
_DAY = 24 * _HOUR


@register.filter
def clock(minutes: int | None) -> str:
    """Write minutes since midnight as a wall time."""
    return format_minutes(minutes)


@register.simple_tag
def minutes_words(minutes: int) -> str:
    """Write a length in the largest unit that it fills: ``30 minutes``, ``2 hours``, ``1 day``."""
    if minutes and not minutes % _DAY:
        number = minutes // _DAY
        return ngettext("%(n)s day", "%(n)s days", number) % {"n": number}
    if minutes and not minutes % _HOUR:
        number = minutes // _HOUR
        return ngettext("%(n)s hour", "%(n)s hours", number) % {"n": number}
    return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}


@register.simple_tag
def zone_name(name: str) -> str:
    """Name the clock of a place in the reader's language."""
    return write_zone(timezone.now().astimezone(ZoneInfo(name)))


@register.simple_tag
def stay_time(starts_at: datetime, ends_at: datetime, zone_name: str) -> str:
    """Write when a stay is, by the clock of the place, with its zone: ``Mon 2 Mar, 09:00–10:00``."""
    zone = ZoneInfo(zone_name)
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    until = f"{end:%H:%M}" if start.date() == end.date() else f"{day_words(end)} {end:%H:%M}"
    return f"{day_words(start)}, {start:%H:%M}–{until} {start.tzname()}"


@register.filter
def day_words(day: date) -> str:
    """Write a day with its weekday: ``Mon 2 Mar 2026``."""
    return write_day(day, pattern="EEE d MMM y")


@register.filter
def day_short(day: date) -> str:
    """Write a day of a week that is known: ``Mon 2``."""
    return write_day(day, pattern="EEE d")


@register.filter
def day_iso(moment: datetime, zone_name: str) -> str:
    """Write the day of a moment by the clock of a place, as addresses have it."""
    return moment.astimezone(ZoneInfo(zone_name)).date().isoformat()


@register.filter
def space_rate(space: Space) -> str:
    """Say in two words what a space costs, ``""`` if it is free of charge."""
    return write_rate(space)


@register.filter
def length_words(minutes: int) -> str:
    """Write a number of minutes as hours and minutes."""
    return write_length(minutes)
