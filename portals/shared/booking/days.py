"""The days of a space: the one that is shown, and the week around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from booking.models import Space
from booking.periods import Period
from booking.selectors.free_time import Question, find_free_time
from booking.selectors.hours import find_hours
from portals.shared.requests import PortalRequest
from portals.stay_times import write_day, zone_of

WEEK: Final = 7
FARTHEST_DAYS: Final = 366


@dataclass(frozen=True, kw_only=True)
class DayLink:
    """One day of the strip; ``url`` is empty where nothing can be booked any more."""

    day: date
    url: str
    name: str
    number: int
    is_shown: bool
    is_free: bool


@dataclass(frozen=True, kw_only=True)
class Week:
    """The days from Monday to Sunday around the one that is shown."""

    title: str
    days: list[DayLink]
    earlier: str
    later: str
    """Addresses of the weeks before and after, ``""`` where there is nothing to book."""


def read_day(request: PortalRequest, space: Space, *, now: datetime) -> date:
    """Return the day asked for, the nearest possible one instead of another or of nonsense."""
    text = request.GET.get("day", "") or request.POST.get("day", "")
    first, last = _limits(space, now=now)
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        return first
    return min(max(wanted, first), last)


def build_week(space: Space, day: date, *, url: str, now: datetime) -> Week:
    """Return the week of a day, each day with whether anything is free on it.

    Args:
        space: with its location.
        day: the one that is shown.
        url: of the page of the space.
        now: the present moment.
    """
    first, last = _limits(space, now=now)
    monday = day - timedelta(days=day.weekday())
    sunday = monday + timedelta(days=WEEK - 1)
    free = _list_free_days(space, monday, sunday, now=now)
    days = [monday + timedelta(days=number) for number in range(WEEK)]
    return Week(
        title=write_day(day),
        days=[
            DayLink(
                day=one,
                url=f"{url}?day={one}" if first <= one <= last else "",
                name=write_day(one, pattern="EEE"),
                number=one.day,
                is_shown=one == day,
                is_free=one in free,
            )
            for one in days
        ],
        earlier=f"{url}?day={max(first, day - timedelta(days=WEEK))}" if monday > first else "",
        later=f"{url}?day={min(last, day + timedelta(days=WEEK))}" if sunday < last else "",
    )


def _limits(space: Space, *, now: datetime) -> tuple[date, date]:
    """Return the first and the last day that can be booked, by the clock of the place."""
    zone = zone_of(space)
    days = min(space.horizon_days or FARTHEST_DAYS, FARTHEST_DAYS)
    return now.astimezone(zone).date(), (now + timedelta(days=days)).astimezone(zone).date()


def _list_free_days(space: Space, first: date, last: date, *, now: datetime) -> set[date]:
    """List the days on which a slot of a stay that is long enough is free."""
    hours, zone = find_hours(space), zone_of(space)
    opened = hours.list_open(first, last)
    free = find_free_time([Question(space=space, open_periods=opened)]).get(space.pk, [])
    left = [Period(start=max(one.start, now), end=one.end) for one in free if one.end > now]
    shortest, slot = timedelta(minutes=space.min_minutes), timedelta(minutes=space.slot_minutes)
    return {
        around.start.astimezone(zone).date()
        for around in hours.list_by_day(first, last)
        for one in left
        if one.length >= shortest
        and (part := one.overlap(around)) is not None
        and part.length >= slot
    }
