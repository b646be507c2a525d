"""Locations: where spaces are, when they are open, and by which clock."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.events import LocationArchived, LocationChanged, LocationCreated, SpaceArchived
from booking.models import Location, OpeningRule, Space
from booking.models.places import DAY_MINUTES
from booking.opening import Hours
from booking.services.naming import (
    StillReserved,
    list_upcoming,
    require_name,
    tell_place,
)
from spotex.kernel.actor import Actor
from spotex.kernel.changes import list_changes
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.locks import lock_row
from spotex.kernel.versions import require_version
from tenants.customers.models import Customer


class TimeZoneUnknown(RuleViolation):
    """Not the name of a time zone, such as Europe/Rome."""

    code = "time_zone_unknown"


class HoursInvalid(RuleViolation):
    """Opening hours overlap, or end before they begin."""

    code = "opening_hours_invalid"


class ZoneIsFixed(Conflict):
    """There are reservations by the present clock."""

    code = "time_zone_fixed"


@transaction.atomic
def create_location(
    *,
    actor: Actor,
    name: str,
    time_zone: str = "Europe/Rome",
    opening_hours: Iterable[Hours] = (),
    customer: Customer | None = None,
    **details: Any,
) -> Location:
    """Add a location to what the agency offers.

    Args:
        actor: needs an agency.
        name: as people know it.
        time_zone: its name in the IANA database.
        opening_hours: the usual week.
        customer: whose it is; None for the agency's own.
        **details: ``address``, ``directions``, ``keeps_holidays``.

    Raises:
        NameMissing, TimeZoneUnknown, HoursInvalid: an input breaks a rule.
    """
    hours = require_hours(opening_hours)
    location = Location.objects.create(
        name=require_name(name), time_zone=require_zone(time_zone), customer=customer, **details
    )
    _write_hours(location, hours)
    tell_place(LocationCreated, location, actor=actor)
    return location


@transaction.atomic
def change_location(
    location: Location,
    *,
    actor: Actor,
    version: int | None = None,
    opening_hours: Iterable[Hours] | None = None,
    **changes: Any,
) -> Location:
    """Change a location's data or hours; reservations that exist stay as they are.

    Args:
        location: the row to change.
        actor: who changes it.
        version: as somebody saw it; None to skip the check.
        opening_hours: the new week; None to keep the present one.
        **changes: ``name``, ``time_zone``, ``address``, ``directions``, ``keeps_holidays``.

    Raises:
        NameMissing, TimeZoneUnknown, HoursInvalid: an input breaks a rule.
        ZoneIsFixed: people have reservations by the present clock.
        Stale: somebody else changed it meanwhile.
    """
    location = lock_row(location)
    require_version(location, seen=version)
    before = {name: getattr(location, name) for name in changes}
    if "name" in changes:
        changes["name"] = require_name(changes["name"])
    if changes.get("time_zone", location.time_zone) != location.time_zone:
        changes["time_zone"] = require_zone(changes["time_zone"])
        if list_upcoming().filter(space__location=location).exists():
            raise ZoneIsFixed(_("There are reservations by the present clock."), field="time_zone")
    for field, value in changes.items():
        setattr(location, field, value)
    location.hours_changed_at = timezone.now()
    location.save()
    if opening_hours is not None:
        hours = require_hours(opening_hours)
        OpeningRule.objects.filter(location=location, space=None).delete()
        _write_hours(location, hours)
    tell_place(LocationChanged, location, actor=actor, **list_changes(before, changes))
    return location


@transaction.atomic
def archive_location(location: Location, *, actor: Actor) -> Location:
    """Offer a location no longer; what was stays to be read.

    Raises:
        StillReserved: people have reservations there.
    """
    location = lock_row(location)
    if list_upcoming().filter(space__location=location).exists():
        raise StillReserved(_("There are reservations. Cancel or move them first."))
    now = timezone.now()
    for space in Space.objects.filter(location=location, archived_at=None):
        space.archived_at = now
        space.save()
        tell_place(SpaceArchived, space, actor=actor)
    location.archived_at = now
    location.save()
    tell_place(LocationArchived, location, actor=actor)
    return location


def require_zone(name: str) -> str:
    """Return the name of a time zone.

    Raises:
        TimeZoneUnknown: there is none of this name.
    """
    if name not in available_timezones():
        raise TimeZoneUnknown(
            _("“%(name)s” is not a time zone such as Europe/Rome.") % {"name": name},
            field="time_zone",
        )
    return ZoneInfo(name).key


def require_hours(hours: Iterable[Hours]) -> list[Hours]:
    """Return opening hours of a week in order.

    Raises:
        HoursInvalid: two of them overlap, or one ends before it begins.
    """
    ordered = sorted(hours, key=lambda one: (one.weekday, one.opens))
    for one in ordered:
        right_day = 0 <= one.weekday <= 6
        if not (right_day and 0 <= one.opens < one.closes and one.opens < DAY_MINUTES):
            raise HoursInvalid(_("Opening hours must end after they begin."), field="opening_hours")
        if one.closes - one.opens > DAY_MINUTES:
            raise HoursInvalid(_("A day has 24 hours."), field="opening_hours")
    for one, following in pairwise(ordered):
        if one.weekday == following.weekday and following.opens < one.closes:
            raise HoursInvalid(_("Two opening hours overlap."), field="opening_hours")
    return ordered


def _write_hours(location: Location, hours: Iterable[Hours]) -> None:
    OpeningRule.objects.bulk_create(
        OpeningRule(location=location, weekday=one.weekday, opens=one.opens, closes=one.closes)
        for one in hours
    )
