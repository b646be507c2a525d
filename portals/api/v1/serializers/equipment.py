"""Inputs and outputs of ``equipment``, and of what is lent with a stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from rest_framework import serializers

from booking.models import Equipment, Hold, Reservation, Space
from booking.models.equipment import EQUIPMENT_NAME_MAX_LENGTH, EQUIPMENT_TEXT_MAX_LENGTH
from booking.periods import Period
from booking.selectors.equipment import list_uses, list_uses_of
from booking.services.equipment import MOST_PIECES
from booking.services.equipment_prices import Choice as PiecesChoice
from booking.services.equipment_prices import price_piece
from booking.services.equipment_uses import find_choices
from booking.states import EquipmentPricing
from portals.api.answers import as_time
from portals.api.fields import Choice, Count, Input, ListQuery, Moment, PublicId, Text
from portals.api.v1.serializers.money import MoneyIn, MoneyOut, show_money
from portals.api.v1.serializers.places import spaces_field

MOST_KINDS: Final = 50
_USES: Final = "equipment_of_it"


class PiecesIn(Input):
    """So many pieces of something."""

    id = PublicId("eqp")
    quantity = Count(min_value=0, max_value=MOST_PIECES)


def pieces_field() -> serializers.ListField:
    """Return the field of what is lent with a stay."""
    return serializers.ListField(child=PiecesIn(), required=False, max_length=MOST_KINDS)


class HoldIn(Input):
    """What is lent with what you hold."""

    equipment = pieces_field()


class PiecesOut(serializers.Serializer[Any]):
    """So many pieces of something."""

    id = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()


class EquipmentChangesIn(Input):
    """What is to change; what is left out stays.

    ``price`` is that of a piece, for the stay or for an hour of it as ``pricing`` says; ``stock``
    null is as many as anybody wants, ``most_per_booking`` null no limit, ``spaces`` empty all of
    the location.
    """

    name = Text(required=False, max_length=EQUIPMENT_NAME_MAX_LENGTH)
    description = Text(required=False, allow_blank=True, max_length=EQUIPMENT_TEXT_MAX_LENGTH)
    pricing = Choice(choices=EquipmentPricing.values, required=False)
    price = MoneyIn(required=False)
    stock = Count(required=False, allow_null=True, min_value=0, max_value=MOST_PIECES)
    most_per_booking = Count(required=False, allow_null=True, min_value=1, max_value=MOST_PIECES)
    spaces = spaces_field()


class EquipmentIn(EquipmentChangesIn):
    """Something that a location lends."""

    location = PublicId("loc")
    name = Text(max_length=EQUIPMENT_NAME_MAX_LENGTH)


class EquipmentQuery(ListQuery):
    """Which equipment."""

    location = PublicId("loc", required=False)
    ordering = Choice(
        choices=["name", "-name", "created_at", "-created_at"], required=False, default="name"
    )


class EquipmentTimeQuery(Input):
    """From when to when somebody would have it."""

    def get_fields(self) -> dict[str, Any]:
        """Return the two parameters: one has a name that the language keeps for itself."""
        return {"from": Moment(), "to": Moment()}


class EquipmentOut(serializers.Serializer[Any]):
    """Something that a location lends; ``spaces`` are those in which, empty for all."""

    id = serializers.CharField()
    location = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    pricing = serializers.ChoiceField(choices=EquipmentPricing.values)
    price = MoneyOut()
    stock = serializers.IntegerField(allow_null=True)
    most_per_booking = serializers.IntegerField(allow_null=True)
    spaces = serializers.ListField(child=serializers.CharField())
    archived_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class EquipmentLeftOut(serializers.Serializer[Any]):
    """What is left of something for the whole of a time, and what a piece costs then.

    ``left`` is null where there is no limit.
    """

    id = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    left = serializers.IntegerField(allow_null=True)
    most_per_booking = serializers.IntegerField(allow_null=True)
    price = MoneyOut()


def read_pieces(
    data: Mapping[str, Any], *, space: Space, subject: Hold | Reservation | None = None
) -> list[PiecesChoice] | None:
    """Return what a body wants to be lent, None where it says nothing of it.

    Raises:
        EquipmentUnknown: there is no such equipment for this space.
    """
    if "equipment" not in data:
        return None
    wanted: dict[str, int] = {}
    for one in data["equipment"]:
        wanted[one["id"]] = wanted.get(one["id"], 0) + one["quantity"]
    return find_choices(wanted, space=space, subject=subject)


def read_equipment(data: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of equipment by the names of the model."""
    names = ("name", "description", "pricing", "stock", "most_per_booking")
    fields = {name: data[name] for name in names if name in data}
    if "price" in data:
        fields["price_minor"] = data["price"]["amount_minor"]
    return fields


def attach_equipment(reservations: Sequence[Reservation]) -> None:
    """Look up what is lent with each of some reservations, for ``show_pieces``."""
    found = list_uses_of(reservations)
    for one in reservations:
        setattr(one, _USES, found[one.pk])


def show_pieces(subject: Hold | Reservation) -> list[dict[str, Any]]:
    """Return ``PiecesOut`` for what belongs to a hold, or to a reservation with it attached."""
    uses = list_uses(subject) if isinstance(subject, Hold) else getattr(subject, _USES)
    return [
        {"id": use.equipment.public_id, "name": use.equipment.name, "quantity": use.quantity}
        for use in uses
    ]


def show_equipment(item: Equipment) -> dict[str, Any]:
    """Return an ``EquipmentOut`` of equipment whose location and spaces are loaded."""
    return {
        "id": item.public_id,
        "location": item.location.public_id,
        "name": item.name,
        "description": item.description,
        "pricing": item.pricing,
        "price": show_money(item.price_minor, item.currency),
        "stock": item.stock,
        "most_per_booking": item.most_per_booking,
        "spaces": [space.public_id for space in item.spaces.all()],
        "archived_at": as_time(item.archived_at),
        "created_at": as_time(item.created_at),
        "updated_at": as_time(item.updated_at),
    }


def show_left(item: Equipment, *, left: int | None, stay: Period) -> dict[str, Any]:
    """Return an ``EquipmentLeftOut``."""
    return {
        "id": item.public_id,
        "name": item.name,
        "description": item.description,
        "left": None if left is None else max(left, 0),
        "most_per_booking": item.most_per_booking,
        "price": show_money(price_piece(item, stay=stay), item.currency),
    }
