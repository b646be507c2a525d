"""What comes for the person on the first page: an offer that runs out, and the next stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from booking.models import Reservation
from booking.periods import Period
from booking.selectors.reservations import list_reservations_for
from booking.selectors.waiting import list_wishes_for
from booking.states import LIVE, WishState
from portals.shared.booking.waiting import WishView, view_wish
from portals.stay_times import StayWords, write_stay, zone_of
from spotex.kernel.actor import Actor
from tenants.permissions import Permission

SHOWN: Final = 5


@dataclass(frozen=True, kw_only=True)
class Coming:
    """The next stays of a company, in words, and what is offered to the person."""

    stays: list[tuple[Reservation, StayWords]]
    has_more: bool
    offers: list[WishView]
    now: datetime


def list_coming(actor: Actor, *, now: datetime) -> Coming:
    """Return what a contact should not miss: nothing for those who see no reservations."""
    own = list_reservations_for(actor).filter(
        customer__public_id=actor.customer_public_id, state__in=LIVE, ends_at__gt=now
    )
    found = list(own.order_by("starts_at", "pk")[: SHOWN + 1])
    return Coming(
        stays=[(one, _write(one)) for one in found[:SHOWN]],
        has_more=len(found) > SHOWN,
        offers=_list_offers(actor, now=now),
        now=now,
    )


def _write(stay: Reservation) -> StayWords:
    return write_stay(Period(start=stay.starts_at, end=stay.ends_at), zone=zone_of(stay.space))


def _list_offers(actor: Actor, *, now: datetime) -> list[WishView]:
    """Return what is held at this moment for the person, who alone can take it."""
    if not actor.can(Permission.RESERVATION_MAKE):
        return []
    mine = list_wishes_for(actor).filter(booker=actor.user_public_id, state=WishState.OFFERED)
    views = [view_wish(one, now=now) for one in mine[:SHOWN]]
    return [one for one in views if one.offer is not None]
