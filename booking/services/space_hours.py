"""Opening hours of one space, instead of those of its location."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from booking.events import SpaceEdited
from booking.models import OpeningRule, Space
from booking.opening import Hours
from booking.services.locations import require_hours
from booking.services.naming import tell_place
from spotex.kernel.actor import Actor
from spotex.kernel.changes import list_changes
from spotex.kernel.locks import lock_row
from spotex.kernel.versions import require_version


@transaction.atomic
def change_space_hours(
    space: Space, hours: Iterable[Hours], *, actor: Actor, version: int | None = None
) -> Space:
    """Give a space a week of its own; reservations that exist stay as they are.

    Args:
        space: with its location.
        hours: of the whole week; none for those of the location again.
        actor: who decides.
        version: of the space, as somebody saw it; None to skip the check.

    Raises:
        HoursInvalid: two of them overlap, or one ends before it begins.
        Stale: somebody else changed the space meanwhile.
    """
    location = lock_row(space.location)
    space = lock_row(space)
    space.location = location
    require_version(space, seen=version)
    hours = require_hours(hours)
    rules = OpeningRule.objects.filter(space=space)
    before = [_write(rule) for rule in rules.order_by("weekday", "opens")]
    rules.delete()
    OpeningRule.objects.bulk_create(
        OpeningRule(
            location=location,
            space=space,
            weekday=one.weekday,
            opens=one.opens,
            closes=one.closes,
        )
        for one in hours
    )
    location.hours_changed_at = timezone.now()
    location.save()
    space.save()
    after = [_write(one) for one in hours]
    details = list_changes({"opening_hours": before}, {"opening_hours": after})
    tell_place(SpaceEdited, space, actor=actor, **details)
    return space


def _write(one: OpeningRule | Hours) -> str:
    """Return opening hours as the trail keeps them: the day and the minutes."""
    return f"{one.weekday} {one.opens}-{one.closes}"
