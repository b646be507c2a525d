"""What a stay in a space must be like; pure, so that every front end says the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from booking.lengths import write_length
from booking.periods import Period
from spotex.kernel.errors import RuleViolation

_ON_GRID: Final = timedelta(0)


class StayRefused(RuleViolation):
    """Base of all reasons why a stay is not possible, whoever else is there."""


class EndBeforeStart(StayRefused):
    """The stay ends before it begins."""

    code = "end_before_start"


class StayTooShort(StayRefused):
    """It is shorter than the space allows."""

    code = "stay_too_short"


class StayTooLong(StayRefused):
    """It is longer than the space allows."""

    code = "stay_too_long"


class StayOffGrid(StayRefused):
    """It does not begin and end where slots do."""

    code = "stay_off_grid"


class StayInPast(StayRefused):
    """It began already."""

    code = "stay_in_past"


class StayTooSoon(StayRefused):
    """It begins sooner than the space's notice allows."""

    code = "stay_too_soon"


class StayTooFar(StayRefused):
    """It is further away than the space's horizon allows."""

    code = "stay_too_far"


class OutsideHours(StayRefused):
    """The space is closed then, or for a part of it."""

    code = "outside_opening_hours"


@dataclass(frozen=True, kw_only=True)
class StayRules:
    """The rules of one space; minutes and days as in its fields, 0 days for no horizon."""

    slot_minutes: int
    min_minutes: int
    max_minutes: int
    notice_minutes: int = 0
    horizon_days: int = 0


def make_period(*, starts_at: datetime, ends_at: datetime, field: str = "ends_at") -> Period:
    """Return the time of a stay, or another stretch whose end has a ``field`` of another name.

    Raises:
        EndBeforeStart: it would be empty, or run backwards.
    """
    if ends_at <= starts_at:
        raise EndBeforeStart(_("The end must be after the beginning."), field=field)
    return Period(start=starts_at, end=ends_at)


def check_stay(
    stay: Period,
    *,
    rules: StayRules,
    open_periods: Iterable[Period],
    grids: Iterable[Period],
    now: datetime,
    is_staff: bool = False,
) -> None:
    """Pass if a stay is possible by the space's rules.

    Args:
        stay: when.
        rules: of the space.
        open_periods: when the space is open around that time, merged.
        grids: the hours of the days on which it may begin, each on its own.
        now: the present moment.
        is_staff: the agency's own people book as late and as early as they like.

    Raises:
        StayRefused: a rule is broken; the subclass says which.
    """
    if stay.start <= now - timedelta(minutes=rules.slot_minutes):
        raise StayInPast(_("This time has begun already."), field="starts_at")
    check_length(stay, rules=rules)
    if not is_staff:
        _check_distance(stay, rules=rules, now=now)
    if not any(one.contains(stay) for one in open_periods):
        raise OutsideHours(_("The space is not open for the whole of this time."))
    step = timedelta(minutes=rules.slot_minutes)
    if not any(
        one.start <= stay.start < one.end and (stay.start - one.start) % step == _ON_GRID
        for one in grids
    ):
        raise StayOffGrid(_describe_grid(rules), field="starts_at")


def check_length(stay: Period, *, rules: StayRules) -> None:
    """Pass if a stay is as long as a space allows.

    Raises:
        StayTooShort, StayTooLong, StayOffGrid: it is not.
    """
    if stay.length < timedelta(minutes=rules.min_minutes):
        text = _("The shortest stay here is %(length)s.")
        words = {"length": write_length(rules.min_minutes)}
        raise StayTooShort(text % words, field="ends_at")
    if stay.length > timedelta(minutes=rules.max_minutes):
        text = _("The longest stay here is %(length)s.")
        words = {"length": write_length(rules.max_minutes)}
        raise StayTooLong(text % words, field="ends_at")
    if stay.length % timedelta(minutes=rules.slot_minutes):
        raise StayOffGrid(_describe_grid(rules), field="ends_at")


def _check_distance(stay: Period, *, rules: StayRules, now: datetime) -> None:
    if rules.notice_minutes and stay.start < now + timedelta(minutes=rules.notice_minutes):
        text = _("This space is booked at least %(length)s before.")
        words = {"length": write_length(rules.notice_minutes)}
        raise StayTooSoon(text % words, field="starts_at")
    if rules.horizon_days and stay.start > now + timedelta(days=rules.horizon_days):
        raise StayTooFar(
            _("This space is booked at most %(n)s days before.") % {"n": rules.horizon_days},
            field="starts_at",
        )


def _describe_grid(rules: StayRules) -> str:
    text = _("Stays here begin and end in steps of %(length)s from the opening.")
    return text % {"length": write_length(rules.slot_minutes)}
