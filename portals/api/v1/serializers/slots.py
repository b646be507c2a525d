"""Inputs and outputs of slots and free time."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from booking.models import Hold, Space
from booking.periods import Period
from booking.services.pricing import price_stay
from booking.slots import Slot, SlotId
from booking.states import SlotState
from portals.api.answers import as_time
from portals.api.fields import Day, Input, Moment
from portals.api.v1.serializers.equipment import PiecesOut, show_pieces
from portals.api.v1.serializers.money import MoneyOut, show_money
from portals.api.v1.serializers.rates import PriceLineOut, show_price_lines


class SlotQuery(Input):
    """Which day, by the clock of the space's location; today if it is left out."""

    date = Day(required=False)


class AvailabilityQuery(Input):
    """From when to when; at most 31 days."""

    def get_fields(self) -> dict[str, Any]:
        """Return the two parameters: one has a name that the language keeps for itself."""
        return {"from": Moment(), "to": Moment()}


class SlotOut(serializers.Serializer[Any]):
    """One step of a space's calendar.

    ``expires_at`` is there while it is held, ``free_seats`` where places are sold one by one.
    """

    id = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    state = serializers.ChoiceField(choices=SlotState.values)
    mine = serializers.BooleanField()
    price = MoneyOut()
    price_lines = PriceLineOut(many=True)
    expires_at = serializers.DateTimeField(allow_null=True)
    free_seats = serializers.IntegerField(allow_null=True)


class FreeTimeOut(serializers.Serializer[Any]):
    """A stretch in which a stay can begin and end, the pause after it taken off already."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()


class HoldOut(serializers.Serializer[Any]):
    """A time that is kept for you until ``expires_at``, and the price as long."""

    id = serializers.CharField()
    slot = serializers.CharField()
    space = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    price = MoneyOut()
    price_lines = PriceLineOut(many=True)
    equipment = PiecesOut(many=True)


class ReleaseOut(serializers.Serializer[Any]):
    """``released`` is false if you held nothing of the slot."""

    slot = serializers.CharField()
    released = serializers.BooleanField()


def show_slot(slot: Slot, *, space: Space, is_member: bool) -> dict[str, Any]:
    """Return a ``SlotOut``, at the price for members or for others."""
    price = price_stay(space, stay=slot.stay, is_member=is_member)
    return {
        "id": slot.id,
        **show_period(slot.stay),
        "state": slot.state,
        "mine": slot.is_mine,
        "price": show_money(price.total_minor, price.currency),
        "price_lines": show_price_lines(price.lines, currency=price.currency),
        "expires_at": as_time(slot.held_until),
        "free_seats": slot.free_seats,
    }


def show_period(period: Period) -> dict[str, Any]:
    """Return a ``FreeTimeOut``."""
    return {"starts_at": as_time(period.start), "ends_at": as_time(period.end)}


def show_hold(hold: Hold) -> dict[str, Any]:
    """Return a ``HoldOut`` of a hold whose space is loaded."""
    stay = Period(start=hold.starts_at, end=hold.ends_at)
    return {
        "id": hold.public_id,
        "slot": str(SlotId(space=hold.space.public_id, stay=stay)),
        "space": hold.space.public_id,
        **show_period(stay),
        "expires_at": as_time(hold.expires_at),
        "price": show_money(hold.total_minor, hold.currency),
        "price_lines": show_price_lines(hold.price.lines, currency=hold.currency),
        "equipment": show_pieces(hold),
    }
