"""Spaces: what can be booked, and by which rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.events import SpaceArchived, SpaceCreated, SpaceEdited
from booking.models import Location, Space
from booking.models.places import DAY_MINUTES
from booking.rates import MOST_PEAKS, Peak, do_meet, is_possible, read_peaks, write_peaks
from booking.selectors.places import count_spaces
from booking.services.naming import (
    StillReserved,
    list_upcoming,
    require_name,
    tell_place,
)
from booking.states import PaymentRule, SpaceKind
from booking.units import MOST_SEATS, NoRoomInside, place
from spotex.kernel.actor import Actor
from spotex.kernel.changes import list_changes
from spotex.kernel.errors import RuleViolation
from spotex.kernel.locks import lock_row
from spotex.kernel.versions import require_version
from tenants.services.plans import reserve_limit

_LONGEST_MINUTES: Final = 31 * DAY_MINUTES
_MOST_HALF_DAY: Final = 12
_MOST_REMINDER: Final = 31 * 24


class SpaceRulesInvalid(RuleViolation):
    """The rules of the space contradict each other."""

    code = "space_rules_invalid"


class PartNotPossible(RuleViolation):
    """The space around it is elsewhere, is too deep inside others, or is full."""

    code = "part_not_possible"


@transaction.atomic
def create_space(
    *,
    actor: Actor,
    location: Location,
    name: str,
    kind: str = SpaceKind.MEETING_ROOM,
    parent: Space | None = None,
    **details: Any,
) -> Space:
    """Add a space to a location, alone or as a part of another space.

    Args:
        actor: needs an agency.
        location: where.
        name: as people know it.
        kind: one of ``SpaceKind``.
        parent: the space that it is a part of: each of the two blocks the other.
        **details: other fields of the model; the shortest stay is one slot if nothing is said.

    Raises:
        LimitReached: the plan allows no more spaces.
        NameMissing, SpaceRulesInvalid, PartNotPossible: an input breaks a rule.
    """
    reserve_limit(actor.agency_id or 0, resource="spaces", count=count_spaces)
    space = Space(location=location, parent=parent, name=require_name(name), kind=kind, **details)
    if "min_minutes" not in details:
        space.min_minutes = space.slot_minutes
    if "max_minutes" not in details:
        space.max_minutes = max(space.max_minutes, space.min_minutes)
    require_rules(space)
    _give_units(space)
    space.save()
    tell_place(SpaceCreated, space, actor=actor)
    return space


@transaction.atomic
def change_space(
    space: Space, *, actor: Actor, version: int | None = None, **changes: Any
) -> Space:
    """Change a space's data or rules; reservations that exist stay as they are.

    Raises:
        NameMissing, SpaceRulesInvalid: an input breaks a rule.
        Stale: somebody else changed it meanwhile.
    """
    location = space.location
    space = lock_row(space)
    space.location = location
    require_version(space, seen=version)
    before = {name: getattr(space, name) for name in changes}
    if "name" in changes:
        changes["name"] = require_name(changes["name"])
    for field, value in changes.items():
        setattr(space, field, value)
    require_rules(space)
    if space.seats and Space.objects.filter(parent=space, archived_at=None).exists():
        raise SpaceRulesInvalid(
            _("Other spaces are parts of this one: book them instead of places."), field="seats"
        )
    space.save()
    tell_place(SpaceEdited, space, actor=actor, **list_changes(before, changes))
    return space


@transaction.atomic
def archive_space(space: Space, *, actor: Actor) -> Space:
    """Offer a space no longer; its units are never given to another one.

    Raises:
        StillReserved: people have reservations there, or it has parts.
    """
    space = lock_row(space)
    if list_upcoming().filter(space=space).exists():
        raise StillReserved(_("There are reservations. Cancel or move them first."))
    if Space.objects.filter(parent=space, archived_at=None).exists():
        raise StillReserved(_("Other spaces are parts of this one. Archive them first."))
    space.archived_at = timezone.now()
    space.save()
    tell_place(SpaceArchived, space, actor=actor)
    return space


def require_rules(space: Space) -> None:
    """Pass if the rules of a space can all be kept.

    Raises:
        SpaceRulesInvalid: they contradict each other, or are out of bounds.
    """
    problems: Mapping[str, tuple[bool, str]] = {
        "kind": (space.kind in SpaceKind.values, _("Choose one of the kinds.")),
        "payment": (space.payment in PaymentRule.values, _("Choose how it is paid.")),
        "slot_minutes": (
            5 <= space.slot_minutes <= DAY_MINUTES,
            _("Slots last from 5 minutes to a day."),
        ),
        "min_minutes": (
            space.min_minutes >= space.slot_minutes and not space.min_minutes % space.slot_minutes,
            _("The shortest stay is one slot or several."),
        ),
        "max_minutes": (
            space.min_minutes <= space.max_minutes <= _LONGEST_MINUTES,
            _("The longest stay cannot be shorter than the shortest, or longer than a month."),
        ),
        "buffer_minutes": (
            0 <= space.buffer_minutes <= DAY_MINUTES,
            _("The pause between stays is at most a day."),
        ),
        "capacity": (space.capacity >= 1, _("At least one person must fit in.")),
        "seats": (
            0 <= space.seats <= min(space.capacity, MOST_SEATS),
            _("There cannot be more places than people fit in."),
        ),
        "hourly_price": (
            space.payment == PaymentRule.FREE or has_price(space),
            _("Give a price, or make it free of charge."),
        ),
        "half_day_hours": (
            1 <= space.half_day_hours <= _MOST_HALF_DAY,
            _("Half a day is between 1 and 12 hours."),
        ),
        "member_percent": (
            0 <= space.member_percent <= 100,
            _("A share is between 0 and 100 %."),
        ),
        "peaks": _judge_peaks(read_peaks(space.peaks)),
        "currency": (space.currency == "EUR", _("Prices are in euro.")),
        "vat_percent": (0 <= space.vat_percent <= 100, _("VAT is between 0 and 100 %.")),
        "reminder_hours": (
            0 <= space.reminder_hours <= _MOST_REMINDER,
            _("A reminder goes out a month before at most."),
        ),
        "patience_minutes": (
            0 <= space.patience_minutes <= DAY_MINUTES,
            _("Nobody waits longer than a day."),
        ),
        "deposit_percent": (
            1 <= space.deposit_percent <= 100,
            _("Between 1 and 100 % are paid when booking."),
        ),
        "late_refund_percent": (
            0 <= space.late_refund_percent <= 100,
            _("A share is between 0 and 100 %."),
        ),
    }
    for field, (is_right, text) in problems.items():
        if not is_right:
            raise SpaceRulesInvalid(text, field=field)


def has_price(space: Space) -> bool:
    """Tell whether a space has any price, by the hour or longer."""
    return any(
        (
            *(space.hourly_minor, space.half_day_minor, space.daily_minor),
            *(space.weekly_minor, space.monthly_minor),
        )
    )


def change_peaks(
    space: Space, peaks: Sequence[Peak], *, actor: Actor, version: int | None = None
) -> Space:
    """Give a space other hours with a price of their own, instead of those it had.

    Raises:
        SpaceRulesInvalid: they are impossible, or two are at the same time.
        Stale: somebody else changed the space meanwhile.
    """
    return change_space(space, actor=actor, version=version, peaks=write_peaks(peaks))


def _judge_peaks(peaks: Sequence[Peak]) -> tuple[bool, str]:
    if not all(is_possible(peak) for peak in peaks):
        text = _("Say on which days, from when to when, and either a share or a price.")
    elif do_meet(peaks):
        text = _("Two of these times are the same. Change one of them first.")
    else:
        text = _("There are at most %(n)s such times.") % {"n": MOST_PEAKS}
        return len(peaks) <= MOST_PEAKS, text
    return False, text


def _give_units(space: Space) -> None:
    """Give a new space its place in the line of units; the counter above it is locked."""
    if space.parent is not None and space.parent.location_id != space.location_id:
        raise PartNotPossible(_("The whole is in another location."), field="parent")
    if space.parent is None:
        number = Space.objects.filter(parent=None).count()
    else:
        space.parent = lock_row(space.parent)
        if space.parent.seats:
            raise PartNotPossible(
                _("The whole is booked by the place, so it cannot have parts."), field="parent"
            )
        number = space.parent.parts_made
        space.parent.parts_made += 1
        space.parent.save(update_fields=["parts_made"])
    try:
        unit = place(parent=space.parent.unit if space.parent else None, number=number)
    except NoRoomInside as error:
        raise PartNotPossible(
            _("No more spaces fit into this one, or too many lie inside each other."),
            field="parent",
        ) from error
    space.unit_low, space.unit_high = unit.low, unit.high
