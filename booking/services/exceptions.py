"""Exceptions of the opening hours: days on which a place is closed, or open at other hours."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.events import LocationChanged
from booking.models import Location, OpeningException, Space
from booking.models.places import DAY_MINUTES
from booking.opening import DaysOff
from booking.services.naming import tell_place
from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation

REASON_MAX_LENGTH: Final = 80
_YEAR_DAYS: Final = 366


class ExceptionInvalid(RuleViolation):
    """The days or the hours of an exception contradict each other."""

    code = "opening_exception_invalid"


@transaction.atomic
def add_exception(
    location: Location,
    *,
    actor: Actor,
    days: DaysOff,
    reason: str = "",
    space: Space | None = None,
) -> OpeningException:
    """Close a location for some days, or open it at other hours; reservations stay as they are.

    Args:
        location: with its customer.
        actor: who decides.
        days: when, and the hours then; closed without hours.
        reason: for those who look at the calendar.
        space: only this one of the location's spaces.

    Raises:
        ExceptionInvalid: the days or hours run backwards, or the space is elsewhere.
    """
    _require_days(days)
    reason = reason.strip()
    if len(reason) > REASON_MAX_LENGTH:
        raise ExceptionInvalid(
            _("A reason has at most %(n)s characters.") % {"n": REASON_MAX_LENGTH}, field="reason"
        )
    if space is not None and space.location_id != location.pk:
        raise ExceptionInvalid(_("This space is in another location."), field="space")
    exception = OpeningException.objects.create(
        location=location,
        space=space,
        first_day=days.first_day,
        last_day=days.last_day,
        opens=days.opens,
        closes=days.closes,
        is_yearly=days.is_yearly,
        reason=reason,
    )
    _tell(exception, actor=actor, days_off=[None, _describe(exception)])
    return exception


@transaction.atomic
def remove_exception(exception: OpeningException, *, actor: Actor) -> None:
    """Let the usual hours hold again on the days of an exception."""
    said = _describe(exception)
    if OpeningException.objects.filter(pk=exception.pk).delete()[0]:
        _tell(exception, actor=actor, days_off=[said, None])


def _require_days(days: DaysOff) -> None:
    if days.last_day < days.first_day:
        raise ExceptionInvalid(_("The last day is before the first."), field="last_day")
    if days.is_yearly and (days.last_day - days.first_day).days >= _YEAR_DAYS:
        raise ExceptionInvalid(_("What returns every year ends within a year."), field="last_day")
    if (days.opens is None) != (days.closes is None):
        raise ExceptionInvalid(_("Give both hours, or neither: then it is closed."), field="closes")
    if days.opens is None or days.closes is None:
        return
    if not 0 <= days.opens < min(days.closes, DAY_MINUTES):
        raise ExceptionInvalid(_("Opening hours must end after they begin."), field="closes")
    if days.closes - days.opens > DAY_MINUTES:
        raise ExceptionInvalid(_("A day has 24 hours."), field="closes")


def _describe(exception: OpeningException) -> str:
    return f"{exception.first_day}/{exception.last_day}"


def _tell(exception: OpeningException, *, actor: Actor, **details: Any) -> None:
    exception.location.hours_changed_at = timezone.now()
    exception.location.save(update_fields=["hours_changed_at"])
    tell_place(LocationChanged, exception.location, actor=actor, **details)
