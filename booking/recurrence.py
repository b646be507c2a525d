"""Stays that repeat: on which days, and at what moments; pure.

A pattern is meant by the clock on the wall of the place: ten o'clock stays ten o'clock when the
clocks change. Where they skip the time there is no stay that day, as RFC 5545 §3.3.10 says.

Source: RFC 5545; python-dateutil's ``rrule``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, rrule
from django.utils.translation import gettext as _

from booking.periods import REACHABLE_YEARS, Period
from booking.states import Frequency
from spotex.kernel.errors import RuleViolation

MOST_OCCURRENCES: Final = 60
LONGEST: Final = timedelta(days=366)
MOST_STEPS: Final = 12
_WEEK: Final = 7
_FOURTH: Final = 4
_KINDS: Final = {
    Frequency.DAILY.value: DAILY,
    Frequency.WEEKLY.value: WEEKLY,
    Frequency.MONTHLY.value: MONTHLY,
}
_WEEKDAYS: Final = (MO, TU, WE, TH, FR, SA, SU)


class PatternInvalid(RuleViolation):
    """The pattern has no end, or one that makes no sense."""

    code = "recurrence_invalid"


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """How a stay repeats; ``until`` is the last day, ``count`` the number of stays."""

    frequency: str
    every: int = 1
    until: date | None = None
    count: int | None = None
    skipped: frozenset[date] = field(default_factory=frozenset)
    """Days of the place on which it does not take place."""


@dataclass(frozen=True, kw_only=True)
class Occurrence:
    """One of the stays; without a ``stay`` the clocks skip it."""

    day: date
    stay: Period | None


def check_pattern(pattern: Pattern, *, first: date) -> None:
    """Pass if a pattern can be followed to its end.

    Raises:
        PatternInvalid: it has no end, or one that makes no sense.
    """
    if pattern.frequency not in _KINDS:
        raise PatternInvalid(_("Choose how it repeats."), field="frequency")
    if not 1 <= pattern.every <= MOST_STEPS:
        raise PatternInvalid(
            _("It repeats every 1 to %(n)s times.") % {"n": MOST_STEPS}, field="every"
        )
    if (pattern.until is None) == (pattern.count is None):
        raise PatternInvalid(_("Say until when, or how often: one of them."), field="until")
    if pattern.count is not None and not 1 <= pattern.count <= MOST_OCCURRENCES:
        raise PatternInvalid(
            _("At most %(n)s stays at once.") % {"n": MOST_OCCURRENCES}, field="count"
        )
    if pattern.until is not None and pattern.until < first:
        raise PatternInvalid(_("The last day is before the first."), field="until")
    if pattern.until is not None and pattern.until > first + LONGEST:
        raise PatternInvalid(_("The last day is within a year after the first."), field="until")


def list_occurrences(stay: Period, *, pattern: Pattern, zone: ZoneInfo) -> list[Occurrence]:
    """Return the stays of a pattern, the first one included.

    Args:
        stay: the first one.
        pattern: how it repeats.
        zone: the clock of the place.

    Raises:
        PatternInvalid: it has no end, or one that makes no sense, or too many stays.
    """
    if not {stay.start.year, stay.end.year} <= set(REACHABLE_YEARS):
        raise PatternInvalid(_("No calendar reaches this year."), field="starts_at")
    start, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (stay.start, stay.end))
    check_pattern(pattern, first=start.date())
    days = list(_list_days(start.date(), pattern=pattern))
    if len(days) > MOST_OCCURRENCES:
        raise PatternInvalid(
            _("At most %(n)s stays at once.") % {"n": MOST_OCCURRENCES}, field="until"
        )
    if days[-1] > start.date() + LONGEST:
        raise PatternInvalid(_("The last day is within a year after the first."), field="count")
    return [
        Occurrence(
            day=day,
            stay=_place(
                datetime.combine(day, start.time()),
                datetime.combine(day, start.time()) + (end - start),
                zone=zone,
            ),
        )
        for day in days
        if day not in pattern.skipped
    ]


def _list_days(first: date, *, pattern: Pattern) -> Iterator[date]:
    """Yield the days, one more than are allowed at most; each month has its second Tuesday."""
    weekday = None
    if pattern.frequency == Frequency.MONTHLY:
        number = (first.day - 1) // _WEEK + 1
        # A month has four or five of each: the fifth means the last.
        weekday = _WEEKDAYS[first.weekday()](number if number <= _FOURTH else -1)
    rule = rrule(
        _KINDS[pattern.frequency],
        dtstart=datetime.combine(first, time()),
        interval=pattern.every,
        count=min(pattern.count or MOST_OCCURRENCES + 1, MOST_OCCURRENCES + 1),
        byweekday=weekday,
    )
    for moment in rule:
        if pattern.until is not None and moment.date() > pattern.until:
            return
        yield moment.date()


def _place(start: datetime, end: datetime, *, zone: ZoneInfo) -> Period | None:
    """Return a stay by the clock of a place, None where the clocks skip its beginning or end."""
    moments = []
    for wall in (start, end):
        moment = wall.replace(tzinfo=zone).astimezone(UTC)
        if moment.astimezone(zone).replace(tzinfo=None) != wall:
            return None
        moments.append(moment)
    return Period(start=moments[0], end=moments[1]) if moments[0] < moments[1] else None
