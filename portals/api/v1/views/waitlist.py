"""``waitlist``: who waits for a time that somebody else has."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_space, access_wish
from booking.bookers import Booker, booker_of
from booking.rules import make_period
from booking.selectors.waiting import list_wishes_for
from booking.services.waiting import Wanted, join_waiting_list, leave_waiting_list
from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate
from portals.api.v1.bookings import read_visitor
from portals.api.v1.serializers.waitlist import (
    PlacedWishOut,
    WishIn,
    WishOut,
    WishQuery,
    show_placed_wish,
    show_wish,
)
from spotex.kernel.actor import Actor
from tenants.permissions import Permission

TAG: Final = "waitlist"
EXAMPLE: Final = {
    "space": "spc_01jd3vq8x0v4k5m6n7p8q9r0st",
    "starts_at": "2030-01-31T09:00:00+01:00",
    "ends_at": "2030-01-31T18:00:00+01:00",
    "minutes": 120,
    "guest": {"name": "Anna Verdi", "email": "anna@verdi.example"},
}
_FIELDS: Final = {
    "state": "state",
    "space": "space__public_id",
    "customer": "customer__public_id",
}


class WaitlistList(Endpoint):
    """All places in the list that the caller sees."""

    @operation(
        "List the waiting list",
        tag=TAG,
        scope=Permission.RESERVATION_VIEW,
        query=WishQuery,
        answer=WishOut,
        many=True,
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Who waits for what, whoever waits longest first."""
        rows = list_wishes_for(actor_of(request))
        if filters["search"]:
            rows = rows.filter(name__icontains=filters["search"])
        wanted = {field: filters[name] for name, field in _FIELDS.items() if name in filters}
        return paginate(rows.filter(**wanted), filters=filters, show=show_wish)

    @operation(
        "Join the waiting list",
        tag=TAG,
        scope=Permission.RESERVATION_MAKE,
        body=WishIn,
        answer=PlacedWishOut,
        status=201,
        example=EXAMPLE,
        idempotent=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Wait for a time that is taken; when it comes free it is held, and a mail says so.

        Whoever waits longest is asked first, nobody is offered two times at once, and who does
        not take an offer in time makes room for the next. What is free is refused: book it.
        """
        actor = actor_of(request)
        space = access_space(actor, data["space"], permission=Permission.RESERVATION_MAKE)
        window = make_period(starts_at=data["starts_at"], ends_at=data["ends_at"])
        minutes = data.get("minutes", int(window.length.total_seconds()) // 60)
        wish = join_waiting_list(
            space,
            wanted=Wanted(window=window, minutes=minutes),
            booker=_find_booker(actor, data),
            visitor=read_visitor(actor, data),
            actor=actor,
            now=timezone.now(),
        )
        return answer(show_placed_wish(wish), status=201)


class WaitlistDetail(Endpoint):
    """One place in the list."""

    @operation(
        "Show a place in the waiting list",
        tag=TAG,
        scope=Permission.RESERVATION_VIEW,
        answer=PlacedWishOut,
    )
    def get(self, request: Request, *, wish_id: str) -> Response:
        """Where somebody stands, and what is offered."""
        return answer(show_placed_wish(access_wish(actor_of(request), wish_id)))

    @operation(
        "Leave the waiting list",
        tag=TAG,
        scope=Permission.RESERVATION_MAKE,
        answer=PlacedWishOut,
    )
    def delete(self, request: Request, *, wish_id: str) -> Response:
        """Wait no longer, and give back what is offered; doing it again changes nothing."""
        actor = actor_of(request)
        wish = access_wish(actor, wish_id, permission=Permission.RESERVATION_MAKE)
        return answer(show_placed_wish(leave_waiting_list(wish, actor=actor)))


def _find_booker(actor: Actor, data: dict[str, Any]) -> Booker:
    """Return whose the offer will be: of a customer's person, else of whoever has the link."""
    if actor.customer_id is not None and not actor.is_key:
        return booker_of(actor)
    return Booker(key="", is_guest="customer" not in data)
