"""When spaces are open, from their own hours or those of their location."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from booking.holidays import list_holidays
from booking.models import Location, OpeningException, OpeningRule, Space
from booking.opening import DaysOff, Hours, list_open_periods
from booking.periods import REACHABLE_YEARS, Period
from spotex.kernel.tenancy import current_schema

_DAY: Final = timedelta(days=1)

LONGEST_STAY: Final = timedelta(days=40)
"""More than the month that a space allows at most: nobody lists the hours of years for nothing."""


@dataclass(frozen=True, kw_only=True)
class SpaceHours:
    """The rules by which one space is open."""

    zone: ZoneInfo
    hours: tuple[Hours, ...]
    days_off: tuple[DaysOff, ...]
    keeps_holidays: bool

    def list_open(self, first_day: date, last_day: date) -> list[Period]:
        """Return when it is open on some days of its own calendar, both included."""
        if not _is_within_reach(first_day, last_day):
            return []
        return list(_list_open(self, first_day, last_day))

    def list_by_day(self, first_day: date, last_day: date) -> list[Period]:
        """Return the same, but each day's hours on their own: slots count from their beginning.

        Where a place is open round the clock, ``list_open`` joins its days.
        """
        if not _is_within_reach(first_day, last_day):
            return []
        return list(_list_by_day(self, first_day, last_day))

    def list_usual(self, first_day: date, last_day: date) -> list[Period]:
        """Return when it would be open without holidays and exceptions."""
        if not _is_within_reach(first_day, last_day):
            return []
        return list_open_periods(first_day, last_day, zone=self.zone, hours=self.hours)

    def list_around(self, stay: Period) -> list[Period]:
        """Return the opening hours of the days of a stay, and of those next to them.

        Nothing where no stay can be: of a length that no space allows, or in no reachable year.
        """
        if stay.length > LONGEST_STAY or not _is_within_reach(stay.start, stay.end):
            return []
        first, last = (moment.astimezone(self.zone).date() for moment in (stay.start, stay.end))
        return self.list_open(first - _DAY, last + _DAY)

    def list_grids(self, stay: Period) -> list[Period]:
        """Return the hours, day by day, in which a stay may begin; its slots count from theirs."""
        if not _is_within_reach(stay.start, stay.end):
            return []
        first = stay.start.astimezone(self.zone).date()
        return self.list_by_day(first - _DAY, first)


def _is_within_reach(first: date, last: date) -> bool:
    return first.year in REACHABLE_YEARS and last.year in REACHABLE_YEARS


@lru_cache(maxsize=1_024)
def _list_by_day(rules: SpaceHours, first_day: date, last_day: date) -> tuple[Period, ...]:
    days = (first_day + n * _DAY for n in range((last_day - first_day).days + 1))
    return tuple(period for day in days for period in _list_open(rules, day, day))


@lru_cache(maxsize=4_096)  # most spaces of a house are open at the same hours
def _list_open(rules: SpaceHours, first_day: date, last_day: date) -> tuple[Period, ...]:
    years = range(first_day.year, last_day.year + 1) if rules.keeps_holidays else ()
    return tuple(
        list_open_periods(
            first_day,
            last_day,
            zone=rules.zone,
            hours=rules.hours,
            days_off=rules.days_off,
            holidays={day for year in years for day in list_holidays(year)},
        )
    )


def find_hours(space: Space) -> SpaceHours:
    """Return the rules of a space whose location is loaded."""
    return find_hours_of([space])[space.pk]


def find_hours_of(spaces: Iterable[Space]) -> dict[int, SpaceHours]:
    """Return by space the rules of some whose locations are loaded."""
    schema = current_schema()
    return {
        space.pk: _find_hours(schema, space.pk, space.location_id, space.location.hours_changed_at)
        for space in spaces
    }


@lru_cache(maxsize=4_096)
def _find_hours(schema: str, space: int, location: int, _changed_at: datetime) -> SpaceHours:
    """Put the rules of a space together; its own weeks replace the location's.

    Remembered until the hours of the location change. The moment of that and not a count is the
    key: a count that was rolled back would come again with another content.
    """
    place = _read_location(schema, location, _changed_at)
    own = [hours for owner, hours in place.hours if owner == space]
    return SpaceHours(
        zone=place.zone,
        hours=tuple(own or [hours for owner, hours in place.hours if owner is None]),
        days_off=tuple(days for owner, days in place.days_off if owner in {None, space}),
        keeps_holidays=place.keeps_holidays,
    )


@dataclass(frozen=True, kw_only=True)
class _LocationHours:
    """The rules of a location and of its spaces, each with whose it is."""

    zone: ZoneInfo
    hours: tuple[tuple[int | None, Hours], ...]
    days_off: tuple[tuple[int | None, DaysOff], ...]
    keeps_holidays: bool


@lru_cache(maxsize=512)
def _read_location(_schema: str, pk: int, _changed_at: datetime) -> _LocationHours:
    location = Location.objects.get(pk=pk)
    rules = OpeningRule.objects.filter(location=location).order_by("weekday", "opens")
    return _LocationHours(
        zone=ZoneInfo(location.time_zone),
        hours=tuple(
            (rule.space_id, Hours(weekday=rule.weekday, opens=rule.opens, closes=rule.closes))
            for rule in rules
        ),
        days_off=tuple(
            (
                one.space_id,
                DaysOff(
                    first_day=one.first_day,
                    last_day=one.last_day,
                    opens=one.opens,
                    closes=one.closes,
                    is_yearly=one.is_yearly,
                ),
            )
            for one in OpeningException.objects.filter(location=location)
        ),
        keeps_holidays=location.keeps_holidays,
    )
