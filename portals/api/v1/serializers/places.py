"""Inputs and outputs of ``locations`` and ``spaces``."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from booking.models import Location, OpeningRule, Space
from booking.models.places import NAME_MAX_LENGTH
from booking.opening import Hours
from booking.states import PaymentRule, SpaceKind
from portals.api.answers import as_time
from portals.api.fields import Choice, Count, Flag, Input, ListQuery, PublicId, Text, WallTime
from portals.api.v1.serializers.money import MoneyIn, MoneyOut, show_money
from portals.api.v1.serializers.rates import RatesIn, RatesOut, read_rates, show_rates

MOST_HOURS: Final = 7 * 12
_MOST_SPACES: Final = 200
_SMALL: Final = 32_767
_LARGE: Final = 2_147_483_647


def spaces_field() -> serializers.ListField:
    """Return the field of the spaces for which something counts; none of them means all."""
    return serializers.ListField(child=PublicId("spc"), required=False, max_length=_MOST_SPACES)


class OpeningHoursIn(Input):
    """Open on a day of the week; 0 is Monday."""

    weekday = Count(min_value=0, max_value=6)
    opens = WallTime()
    closes = WallTime()


class LocationIn(Input):
    """A house with an address, a clock and opening hours."""

    name = Text(max_length=NAME_MAX_LENGTH)
    time_zone = Text(required=False, max_length=40)
    address = Text(required=False, allow_blank=True, max_length=200)
    directions = Text(required=False, allow_blank=True, max_length=1_000)
    keeps_holidays = Flag(required=False)
    opening_hours = serializers.ListField(
        child=OpeningHoursIn(), required=False, max_length=MOST_HOURS
    )
    customer = PublicId("cus", required=False)


class LocationChangesIn(LocationIn):
    """What is to change; what is left out stays. ``opening_hours`` replace the whole week."""

    name = Text(required=False, max_length=NAME_MAX_LENGTH)
    customer = None  # type: ignore[assignment]  # whose it is never changes


class LocationQuery(ListQuery):
    """Which locations."""

    customer = PublicId("cus", required=False)
    ordering = Choice(
        choices=["name", "-name", "created_at", "-created_at"], required=False, default="name"
    )


class OpeningHoursOut(serializers.Serializer[Any]):
    """Open on a day of the week; 0 is Monday, and 26:00 is two o'clock of the day after."""

    weekday = serializers.IntegerField()
    opens = serializers.CharField()
    closes = serializers.CharField()


class LocationOut(serializers.Serializer[Any]):
    """A location. ``customer`` is whose it is, null for the agency's own."""

    id = serializers.CharField()
    customer = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    time_zone = serializers.CharField()
    address = serializers.CharField()
    directions = serializers.CharField()
    keeps_holidays = serializers.BooleanField()
    opening_hours = OpeningHoursOut(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class SpaceChangesIn(Input):
    """What is to change; what is left out stays.

    ``opening_hours`` replace the whole week of the space; none are those of its location.
    """

    name = Text(required=False, max_length=NAME_MAX_LENGTH)
    kind = Choice(choices=SpaceKind.values, required=False)
    description = Text(required=False, allow_blank=True, max_length=2_000)
    floor = Text(required=False, allow_blank=True, max_length=20)
    capacity = Count(required=False, min_value=1, max_value=_SMALL)
    seats = Count(required=False, min_value=0, max_value=_SMALL)
    is_bookable = Flag(required=False)
    members_only = Flag(required=False)
    needs_approval = Flag(required=False)
    slot_minutes = Count(required=False, min_value=0, max_value=_SMALL)
    min_minutes = Count(required=False, min_value=0, max_value=_SMALL)
    max_minutes = Count(required=False, min_value=0, max_value=_LARGE)
    buffer_minutes = Count(required=False, min_value=0, max_value=_SMALL)
    notice_minutes = Count(required=False, min_value=0, max_value=525_600)
    horizon_days = Count(required=False, min_value=0, max_value=3_650)
    most_per_person = Count(required=False, min_value=0, max_value=_SMALL)
    hourly_price = MoneyIn(required=False)
    rates = RatesIn(required=False)
    payment = Choice(choices=PaymentRule.values, required=False)
    deposit_percent = Count(required=False, min_value=1, max_value=100)
    vat_percent = Count(required=False, min_value=0, max_value=100)
    free_cancel_hours = Count(required=False, min_value=0, max_value=_SMALL)
    late_refund_percent = Count(required=False, min_value=0, max_value=100)
    reminder_hours = Count(required=False, min_value=0, max_value=744)
    patience_minutes = Count(required=False, min_value=0, max_value=1_440)
    opening_hours = serializers.ListField(
        child=OpeningHoursIn(), required=False, max_length=MOST_HOURS
    )


class SpaceIn(SpaceChangesIn):
    """Something that can be booked, alone or as a part of another space."""

    location = PublicId("loc")
    parent = PublicId("spc", required=False)  # type: ignore[assignment]  # a field, not the attribute
    name = Text(max_length=NAME_MAX_LENGTH)
    kind = Choice(choices=SpaceKind.values)


class SpaceQuery(ListQuery):
    """Which spaces."""

    location = PublicId("loc", required=False)
    kind = Choice(choices=SpaceKind.values, required=False)
    ordering = Choice(
        choices=["name", "-name", "created_at", "-created_at", "capacity", "-capacity"],
        required=False,
        default="name",
    )


class SpaceOut(serializers.Serializer[Any]):
    """A space. A part and its whole cannot be booked for the same time.

    Where it ``needs_approval``, reservations of others than the agency's people wait for its yes.

    ``opening_hours`` are its own; without any those of its location count.
    """

    id = serializers.CharField()
    location = serializers.CharField()
    parent = serializers.CharField(allow_null=True)  # type: ignore[assignment]
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=SpaceKind.values)
    description = serializers.CharField()
    floor = serializers.CharField()
    time_zone = serializers.CharField()
    capacity = serializers.IntegerField()
    seats = serializers.IntegerField()
    is_bookable = serializers.BooleanField()
    members_only = serializers.BooleanField()
    needs_approval = serializers.BooleanField()
    slot_minutes = serializers.IntegerField()
    min_minutes = serializers.IntegerField()
    max_minutes = serializers.IntegerField()
    buffer_minutes = serializers.IntegerField()
    notice_minutes = serializers.IntegerField()
    horizon_days = serializers.IntegerField()
    most_per_person = serializers.IntegerField()
    hourly_price = MoneyOut()
    rates = RatesOut()
    payment = serializers.ChoiceField(choices=PaymentRule.values)
    deposit_percent = serializers.IntegerField()
    vat_percent = serializers.IntegerField()
    free_cancel_hours = serializers.IntegerField()
    late_refund_percent = serializers.IntegerField()
    reminder_hours = serializers.IntegerField()
    patience_minutes = serializers.IntegerField()
    opening_hours = OpeningHoursOut(many=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


_PLAIN: Final = (
    *("name", "kind", "description", "floor", "capacity", "seats", "is_bookable", "members_only"),
    "needs_approval",
    *("slot_minutes", "min_minutes", "max_minutes", "buffer_minutes", "notice_minutes"),
    *("horizon_days", "most_per_person", "payment", "deposit_percent", "vat_percent"),
    "free_cancel_hours",
    *("late_refund_percent", "reminder_hours", "patience_minutes"),
)
"""Fields of a space that are written as they are."""


def read_hours(given: list[dict[str, int]]) -> list[Hours]:
    """Return opening hours as the services take them."""
    return [Hours(**one) for one in given]


def read_space_fields(data: dict[str, Any]) -> dict[str, Any]:
    """Return a space's fields by the names of the model."""
    price = data.pop("hourly_price", None)
    if price is not None:
        data |= {"hourly_minor": price["amount_minor"], "currency": price["currency"]}
    return data | read_rates(data.pop("rates", {}))


def show_location(location: Location) -> dict[str, Any]:
    """Return a ``LocationOut``."""
    week = [rule for rule in location.hours.all() if rule.space_id is None]
    return {
        "id": location.public_id,
        "customer": location.customer.public_id if location.customer else None,
        "name": location.name,
        "time_zone": location.time_zone,
        "address": location.address,
        "directions": location.directions,
        "keeps_holidays": location.keeps_holidays,
        "opening_hours": [
            _show_rule(rule) for rule in sorted(week, key=lambda one: (one.weekday, one.opens))
        ],
        "created_at": as_time(location.created_at),
        "updated_at": as_time(location.updated_at),
    }


def _show_rule(rule: OpeningRule) -> dict[str, Any]:
    return {
        "weekday": rule.weekday,
        "opens": _show_clock(rule.opens),
        "closes": _show_clock(rule.closes),
    }


def _show_clock(minutes: int) -> str:
    return "{:02}:{:02}".format(*divmod(minutes, 60))


def show_space(space: Space) -> dict[str, Any]:
    """Return a ``SpaceOut`` of a space whose location and whole are loaded."""
    return {
        "id": space.public_id,
        "location": space.location.public_id,
        "parent": space.parent.public_id if space.parent else None,
        "time_zone": space.location.time_zone,
        **{name: getattr(space, name) for name in _PLAIN},
        "hourly_price": show_money(space.hourly_minor, space.currency),
        "rates": show_rates(space),
        "opening_hours": [
            _show_rule(rule)
            for rule in sorted(space.hours.all(), key=lambda one: (one.weekday, one.opens))
        ],
        "created_at": as_time(space.created_at),
        "updated_at": as_time(space.updated_at),
    }
