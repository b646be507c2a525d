"""One click on a slot: held, added to what is held, or given back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from booking.choosing import choose_stay, drop_slot, join_stays
from booking.models import Hold, Space
from booking.periods import Period
from booking.selectors.calendar import list_slots_of_day
from booking.selectors.reservations import list_open_holds
from booking.services.holds import change_hold, hold_space, release_hold
from booking.slots import read_slot_id
from booking.states import SlotState
from portals.shared.booking.desks import Desk
from portals.shared.booking.grid import stay_of
from portals.stay_times import zone_of
from spotex.kernel.errors import Missing


def read_slot(space: Space, text: str) -> Period:
    """Return the time that a slot's id names.

    Raises:
        Missing: it says nothing possible, or names another space.
    """
    slot = read_slot_id(text)
    step = timedelta(minutes=space.slot_minutes)
    if slot is None or slot.space != space.public_id or slot.stay.length != step:
        raise Missing(_("There is no such slot."))
    return slot.stay


@transaction.atomic
def choose_slot(desk: Desk, space: Space, slot: Period, *, now: datetime) -> Hold:
    """Hold a slot, together with what is held next to it.

    Raises:
        StayRefused, SpaceNotBookable, MembersOnly, TooManyHolds: a rule forbids it.
        SlotTaken, HoldExpired: somebody or the clock was faster.
    """
    booker = desk.booker
    holds = list(list_open_holds(booker.key).filter(space=space))
    for hold in holds:
        longer = join_stays(stay_of(hold), slot)
        if longer is not None:
            return change_hold(hold, stay=longer, booker=booker, actor=desk.actor, now=now)
    stay = _find_stay(desk, space, slot, now=now)
    return hold_space(space, stay=stay, booker=booker, actor=desk.actor, now=now)


@transaction.atomic
def give_slot_back(desk: Desk, space: Space, slot: Period, *, now: datetime) -> None:
    """Give a slot of a hold back: its first or last one, else all of it.

    Nothing happens where nothing is held any more: that is what was wanted.

    Raises:
        StayRefused: the rest would break a rule.
    """
    holds = list_open_holds(desk.booker.key).filter(space=space)
    hold = next((one for one in holds if stay_of(one).contains(slot)), None)
    if hold is None:
        return
    shortest = timedelta(minutes=space.min_minutes)
    rest = drop_slot(stay_of(hold), slot, shortest=shortest)
    if rest is None:
        release_hold(hold, booker=desk.booker, actor=desk.actor)
    else:
        change_hold(hold, stay=rest, booker=desk.booker, actor=desk.actor, now=now)


def _find_stay(desk: Desk, space: Space, slot: Period, *, now: datetime) -> Period:
    """Return the shortest stay around a slot, from what is free as far as one can see."""
    shortest = timedelta(minutes=space.min_minutes)
    if shortest <= slot.length:
        return slot
    day = slot.start.astimezone(zone_of(space)).date()
    slots = list_slots_of_day(space, day, booker=desk.booker.key, now=now)
    free = [one.stay for one in slots if one.state == SlotState.FREE]
    return choose_stay(free, chosen=slot, shortest=shortest)
