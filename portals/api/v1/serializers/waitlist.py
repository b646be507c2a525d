"""Inputs and outputs of ``waitlist``."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from booking.models import Wish
from booking.selectors.waiting import find_position
from booking.states import OPEN_WISHES, WishState
from portals.api.answers import as_time
from portals.api.fields import Choice, Count, Input, ListQuery, Moment, PublicId
from portals.api.v1.serializers.reservations import GuestIn
from portals.api.v1.serializers.slots import HoldOut, show_hold


class WishIn(Input):
    """For what somebody waits: so many minutes, anywhere between two moments.

    ``customer`` and ``guest`` are for the agency's people and for API keys, who vouch for the
    address; a customer's people wait for themselves. Without ``minutes`` it is the whole time.
    """

    space = PublicId("spc")
    starts_at = Moment()
    ends_at = Moment()
    minutes = Count(required=False, min_value=1, max_value=44_640)
    customer = PublicId("cus", required=False)
    guest = GuestIn(required=False)


class WishQuery(ListQuery):
    """Which places in the list."""

    state = Choice(choices=WishState.values, required=False)
    space = PublicId("spc", required=False)
    customer = PublicId("cus", required=False)


class WishOut(serializers.Serializer[Any]):
    """A place in the waiting list; ``hold`` is what is offered now, ``position`` 1 is the next."""

    id = serializers.CharField()
    state = serializers.ChoiceField(choices=WishState.values)
    space = serializers.CharField()
    customer = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    email = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    minutes = serializers.IntegerField()
    hold = HoldOut(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class PlacedWishOut(WishOut):
    """One place in the waiting list, with how many are before it."""

    position = serializers.IntegerField(allow_null=True)


def show_wish(wish: Wish) -> dict[str, Any]:
    """Return a ``WishOut`` of a wish whose space, customer and hold are loaded."""
    hold = wish.hold if wish.state == WishState.OFFERED else None
    if hold is not None:
        hold.space = wish.space
    return {
        "id": wish.public_id,
        "state": wish.state,
        "space": wish.space.public_id,
        "customer": wish.customer.public_id if wish.customer else None,
        "name": wish.name,
        "email": wish.email,
        "starts_at": as_time(wish.starts_at),
        "ends_at": as_time(wish.ends_at),
        "minutes": wish.minutes,
        "hold": show_hold(hold) if hold is not None else None,
        "created_at": as_time(wish.created_at),
        "updated_at": as_time(wish.updated_at),
    }


def show_placed_wish(wish: Wish) -> dict[str, Any]:
    """Return a ``PlacedWishOut``."""
    position = find_position(wish) if wish.state in OPEN_WISHES else None
    return {**show_wish(wish), "position": position}
