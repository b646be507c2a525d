"""When spaces are open, from their own hours or those of their location."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from booking.holidays import list_holidays
from booking.models import OpeningException, OpeningRule, Space
from booking.opening import DaysOff, Hours, list_open_periods
from booking.periods import Period


@dataclass(frozen=True, kw_only=True)
class SpaceHours:
    """The rules by which one space is open."""

    zone: ZoneInfo
    hours: tuple[Hours, ...]
    days_off: tuple[DaysOff, ...]
    keeps_holidays: bool

    def list_open(self, first_day: date, last_day: date) -> list[Period]:
        """Return when it is open on some days of its own calendar, both included."""
        years = range(first_day.year, last_day.year + 1) if self.keeps_holidays else ()
        return list_open_periods(
            first_day,
            last_day,
            zone=self.zone,
            hours=self.hours,
            days_off=self.days_off,
            holidays={day for year in years for day in list_holidays(year)},
        )

    def list_usual(self, first_day: date, last_day: date) -> list[Period]:
        """Return when it would be open without holidays and exceptions."""
        return list_open_periods(first_day, last_day, zone=self.zone, hours=self.hours)

    def list_around(self, stay: Period) -> list[Period]:
        """Return the opening hours of the days of a stay, and of those next to them."""
        day = timedelta(days=1)
        first, last = (moment.astimezone(self.zone).date() for moment in (stay.start, stay.end))
        return self.list_open(first - day, last + day)


def find_hours(space: Space) -> SpaceHours:
    """Return the rules of a space whose location is loaded; its own weeks replace the others."""
    return find_hours_of([space])[space.pk]


def find_hours_of(spaces: Sequence[Space]) -> dict[int, SpaceHours]:
    """Return the rules of spaces whose locations are loaded, by space, in two queries."""
    places = {space.location_id for space in spaces}
    rules = list(OpeningRule.objects.filter(location_id__in=places))
    exceptions = list(OpeningException.objects.filter(location_id__in=places))
    return {space.pk: _compose(space, rules=rules, exceptions=exceptions) for space in spaces}


def _compose(
    space: Space, *, rules: Sequence[OpeningRule], exceptions: Sequence[OpeningException]
) -> SpaceHours:
    here = [rule for rule in rules if rule.location_id == space.location_id]
    own = [rule for rule in here if rule.space_id == space.pk]
    return SpaceHours(
        zone=ZoneInfo(space.location.time_zone),
        hours=tuple(
            Hours(weekday=rule.weekday, opens=rule.opens, closes=rule.closes)
            for rule in own or [rule for rule in here if rule.space_id is None]
        ),
        days_off=tuple(
            DaysOff(
                first_day=one.first_day,
                last_day=one.last_day,
                opens=one.opens,
                closes=one.closes,
                is_yearly=one.is_yearly,
            )
            for one in exceptions
            if one.location_id == space.location_id and one.space_id in {None, space.pk}
        ),
        keeps_holidays=space.location.keeps_holidays,
    )
