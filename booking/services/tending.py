"""Tending the waiting list: closing offers, making the next ones, knowing when to look again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from booking.events.waiting import WishEnded
from booking.models import Space, Wish
from booking.selectors.waiting import find_fit, find_next_end, list_open_wishes
from booking.services.holds import SlotTaken
from booking.services.offers import close_offer
from booking.services.waiting import lock_waiting_list, make_offer
from booking.states import WISH_MACHINE, WishAction, WishState
from booking.telling import tell_wish
from spotex.kernel.actor import Actor

MOST_WISHES: Final = 200
"""How many of a line are looked at; nobody behind them is close to an offer."""


def tend_waiting_list(space: Space, *, actor: Actor, now: datetime) -> datetime | None:
    """Offer what is free to those who wait for a space; return when to look again.

    Each offer is a transaction of its own, so that claims of several are never waited for in
    different orders.
    """
    _close(space, actor=actor, now=now)
    while _offer_next(space, actor=actor, now=now):
        pass
    return _find_next_look(space, now=now)


@transaction.atomic
def _close(space: Space, *, actor: Actor, now: datetime) -> None:
    """Note which offers are over, and for whom it is too late."""
    lock_waiting_list()
    for wish in list_open_wishes(space):
        if close_offer(wish, actor=actor) or wish.state != WishState.WAITING:
            continue
        if _last_start(wish) <= now:
            WISH_MACHINE.apply(wish, WishAction.END)
            wish.save()
            tell_wish(WishEnded, wish, actor=actor)


@transaction.atomic
def _offer_next(space: Space, *, actor: Actor, now: datetime) -> bool:
    """Make one offer; tell whether there was one to make."""
    lock_waiting_list()
    busy = set(Wish.objects.filter(state=WishState.OFFERED).values_list("email", flat=True))
    waiting = list_open_wishes(space).filter(state=WishState.WAITING).exclude(email__in=busy)
    for wish in waiting[:MOST_WISHES]:
        stay = find_fit(wish, now=now)
        if stay is None:
            continue
        try:
            make_offer(wish, stay=stay, actor=actor, now=now)
        except SlotTaken:  # between the look and the claim; what ends that wakes us again
            continue
        return True
    return False


def _find_next_look(space: Space, *, now: datetime) -> datetime | None:
    """Return when something may come free by itself, or it is too late for somebody."""
    wishes = list(list_open_wishes(space)[:MOST_WISHES])
    if not wishes:
        return None
    moments = [_last_start(wish) for wish in wishes if wish.state == WishState.WAITING]
    moments += [wish.hold.expires_at for wish in wishes if wish.hold and not wish.hold.end]
    ends = find_next_end(wishes)
    return max(min([*moments, *([ends] if ends else [])]), now)


def _last_start(wish: Wish) -> datetime:
    return wish.ends_at - timedelta(minutes=wish.minutes)
