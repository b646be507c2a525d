"""Tending the waiting list: closing offers, making the next ones, knowing when to look again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from booking.events.waiting import WishEnded
from booking.models import Space, Wish
from booking.selectors.waiting import find_farthest, find_next_end, find_offer, list_open_wishes
from booking.services.holds import SlotTaken
from booking.services.offers import close_offer
from booking.services.waiting import can_be_offered, lock_waiting_list, lock_wish, make_offer
from booking.states import WISH_MACHINE, WishAction, WishState
from booking.telling import tell_wish
from spotex.kernel.actor import Actor

PAGE: Final = 200
"""How many of a line are read at a time."""

AGAIN: Final = timedelta(hours=1)
"""How long a wish waits for a day more that its space lets people book."""


def tend_waiting_list(space: Space, *, actor: Actor, now: datetime) -> datetime | None:
    """Offer what is free to those who wait for a space; return when to look again.

    Everybody in line is looked at once, in their order: an offer leaves less for those before it,
    never more. Nobody is kept waiting by the look; each offer is a transaction of its own, so that
    claims of several are never waited for in different orders.
    """
    _close(space, actor=actor, now=now)
    for wish in _list_line(space):
        if wish.state == WishState.WAITING and find_offer(wish, now=now) is not None:
            _offer(wish, actor=actor, now=now)
    return _find_next_look(space, now=now)


@transaction.atomic
def _close(space: Space, *, actor: Actor, now: datetime) -> None:
    """Note which offers are over, for whom it is too late, and who may not book it any more."""
    lock_waiting_list()
    for wish in _list_line(space):
        if close_offer(wish, actor=actor) or wish.state != WishState.WAITING:
            continue
        if _last_start(wish) <= now or not can_be_offered(wish):
            WISH_MACHINE.apply(wish, WishAction.END)
            wish.save()
            tell_wish(WishEnded, wish, actor=actor)


@transaction.atomic
def _offer(wish: Wish, *, actor: Actor, now: datetime) -> None:
    """Offer somebody what fits, unless they have an offer, or it was taken since the look."""
    lock_waiting_list()
    wish = lock_wish(wish)
    is_asked = Wish.objects.filter(state=WishState.OFFERED, email=wish.email).exists()
    stay = None if is_asked or wish.state != WishState.WAITING else find_offer(wish, now=now)
    if stay is None:
        return
    try:
        make_offer(wish, stay=stay, actor=actor, now=now)
    except SlotTaken:  # between the look and the claim; what ends that wakes us again
        return


def _find_next_look(space: Space, *, now: datetime) -> datetime | None:
    """Return when something may come free by itself, or it is too late for somebody."""
    moments: list[datetime] = []
    page: list[Wish] = []
    for wish in _list_line(space):
        page.append(wish)
        moments += _list_turns(wish, now=now)
        if len(page) == PAGE:
            moments += _list_ends(page)
            page = []
    moments += _list_ends(page)
    return max(min(moments), now) if moments else None


def _list_ends(wishes: list[Wish]) -> list[datetime]:
    """Return when the first hold in the way of some wishes ends, if there is one."""
    ends = find_next_end(wishes) if wishes else None
    return [ends] if ends else []


def _list_turns(wish: Wish, *, now: datetime) -> list[datetime]:
    """Return when an offer ends, or it is too late, or more of what is wanted can be booked."""
    if wish.state != WishState.WAITING:
        return [wish.hold.expires_at] if wish.hold and not wish.hold.end else []
    last, farthest = _last_start(wish), find_farthest(wish.space, now=now)
    if farthest is None or last <= farthest:
        return [last]
    return [last, now + max(wish.starts_at - farthest, AGAIN)]


def _list_line(space: Space) -> Iterator[Wish]:
    """Yield who waits for a space, in their order, a page at a time."""
    after = 0
    while page := list(list_open_wishes(space).filter(pk__gt=after)[:PAGE]):
        yield from page
        after = page[-1].pk


def _last_start(wish: Wish) -> datetime:
    """Return from when on nothing that fits can be booked any more."""
    before = wish.minutes + wish.space.notice_minutes
    return wish.ends_at - timedelta(minutes=before)
