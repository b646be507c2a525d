"""What becomes of offers from the waiting list, and whose turn is next."""

from __future__ import annotations

from django.db import transaction

from booking.due_kinds import TEND_LIST
from booking.events import HoldReleased
from booking.events.waiting import WishBooked, WishEvent, WishLeft, WishMissed
from booking.models import Wish
from booking.selectors.calendar import read_clock
from booking.selectors.waiting import list_other_waits
from booking.services.claims import give_back
from booking.states import WISH_MACHINE, HoldEnd, WishAction, WishState
from booking.telling import tell_calendar, tell_wish
from spotex.kernel.actor import Actor
from tenants.due import schedule_due

_ENDS: dict[str, tuple[WishAction, type[WishEvent]]] = {
    HoldEnd.BOOKED.value: (WishAction.BOOK, WishBooked),
    HoldEnd.RELEASED.value: (WishAction.LEAVE, WishLeft),
}


@transaction.atomic
def close_offer(wish: Wish, *, actor: Actor) -> bool:
    """Note what became of an offer, its hold loaded; tell whether it is over.

    Who booked has what they waited for; who gave it back, or let it pass, is not asked again.
    """
    hold = wish.hold
    if wish.state != WishState.OFFERED or hold is None:
        return False
    if not hold.end and hold.expires_at > read_clock():
        return False
    action, event = _ENDS.get(hold.end, (WishAction.MISS, WishMissed))
    WISH_MACHINE.apply(wish, action)
    wish.save()
    look_elsewhere(wish, actor=actor)
    tell_wish(event, wish, actor=actor)
    return True


def drop_offer(wish: Wish, *, actor: Actor) -> None:
    """Give back what is held for somebody who left the list, in the caller's transaction."""
    hold = wish.hold
    if hold is not None:
        give_back(hold.public_id)
        hold.end = HoldEnd.RELEASED
        hold.save()
        hold.space = wish.space
        tell_calendar(HoldReleased, hold, actor=actor)
    look_elsewhere(wish, actor=actor)


def look_elsewhere(wish: Wish, *, actor: Actor) -> None:
    """Let the person be asked for what else they wait for, now that no offer is open."""
    now = read_clock()
    for space in list_other_waits(wish):
        schedule_due(TEND_LIST, key=space, at=now, agency_id=actor.agency_id)
