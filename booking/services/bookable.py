"""Whether a space can be booked at a time and by somebody, as far as its rules are concerned."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.models import Space
from booking.periods import Period
from booking.rules import EndBeforeStart, StayRules, check_stay
from booking.selectors.hours import find_hours
from spotex.kernel.errors import NotAllowed, RuleViolation


class SpaceNotBookable(RuleViolation):
    """The space cannot be booked for itself."""

    code = "space_not_bookable"


class MembersOnly(NotAllowed):
    """Guests cannot book the space."""

    code = "members_only"


def require_stay(space: Space, *, stay: Period, booker: Booker, now: datetime) -> None:
    """Pass if somebody may stay in a space at a time, as far as its rules are concerned.

    Raises:
        SpaceNotBookable, MembersOnly, StayRefused: a rule forbids it.
    """
    require_bookable(space, booker=booker)
    hours = find_hours(space)
    check_stay(
        stay,
        rules=rules_of(space),
        open_periods=hours.list_around(stay),
        grids=hours.list_grids(stay),
        now=now,
        is_staff=booker.is_staff,
    )


def require_longer(space: Space, *, stay: Period, ends_at: datetime, booker: Booker) -> Period:
    """Return a stay that runs with its new end; that it began is no objection.

    Raises:
        EndBeforeStart: it would not last longer.
        SpaceNotBookable, MembersOnly, StayRefused: a rule forbids it.
    """
    if ends_at <= stay.end:
        raise EndBeforeStart(_("The new end must be later than the present one."), field="ends_at")
    require_bookable(space, booker=booker)
    longer, hours = Period(start=stay.start, end=ends_at), find_hours(space)
    check_stay(
        longer,
        rules=rules_of(space),
        open_periods=hours.list_around(longer),
        grids=hours.list_grids(longer),
        now=stay.start,
        is_staff=True,  # neither notice nor horizon matter any more
    )
    return longer


def require_bookable(space: Space, *, booker: Booker) -> None:
    """Pass if a space can be booked, and by such a person.

    Raises:
        SpaceNotBookable, MembersOnly: it cannot.
    """
    if not space.is_bookable or space.archived_at is not None:
        raise SpaceNotBookable(_("This space cannot be booked."))
    if booker.is_guest and space.members_only:
        raise MembersOnly(_("This space is not for guests."))


def rules_of(space: Space) -> StayRules:
    """Return what a stay in a space must be like."""
    return StayRules(
        slot_minutes=space.slot_minutes,
        min_minutes=space.min_minutes,
        max_minutes=space.max_minutes,
        notice_minutes=space.notice_minutes,
        horizon_days=space.horizon_days,
    )
