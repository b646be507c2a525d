"""Inputs and outputs of ``vouchers``."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from booking.models import Voucher
from booking.models.vouchers import CODE_MAX_LENGTH, VOUCHER_NOTE_MAX_LENGTH
from booking.services.vouchers import MOST_USES
from portals.api.answers import as_time
from portals.api.fields import Choice, Count, Day, Input, ListQuery, Text
from portals.api.v1.serializers.money import MoneyIn, MoneyOut, show_money
from portals.api.v1.serializers.places import spaces_field

_PLAIN: Final = ("code", "note", "percent", "first_day", "last_day", "most_uses", "most_per_person")


class VoucherChangesIn(Input):
    """What is to change; what is left out stays. The code stays, too: it is printed somewhere.

    A voucher is worth ``percent`` of the price or ``amount``: who changes from one to the other
    sends both, the former as null. One can book with it from ``first_day`` to ``last_day``, by the
    clock of the place; null is no end. ``most_uses`` and ``most_per_person`` 0 are no limit;
    ``spaces`` replace those where it counts, empty is everywhere.
    """

    note = Text(required=False, allow_blank=True, max_length=VOUCHER_NOTE_MAX_LENGTH)
    percent = Count(required=False, allow_null=True, min_value=1, max_value=100)
    amount = MoneyIn(required=False, allow_null=True)
    first_day = Day(required=False, allow_null=True)
    last_day = Day(required=False, allow_null=True)
    most_uses = Count(required=False, min_value=0, max_value=MOST_USES)
    most_per_person = Count(required=False, min_value=0, max_value=MOST_USES)
    spaces = spaces_field()


class VoucherIn(VoucherChangesIn):
    """A code that makes stays cheaper; capitals and small letters are the same."""

    code = Text(max_length=CODE_MAX_LENGTH)


class VoucherQuery(ListQuery):
    """Which vouchers."""

    ordering = Choice(
        choices=["code", "-code", "created_at", "-created_at"],
        required=False,
        default="-created_at",
    )


class VoucherOut(serializers.Serializer[Any]):
    """A voucher; ``used`` counts what is held, awaited or booked with it at this moment.

    Either ``percent`` or ``amount`` is null, and ``ended_at`` as long as it counts.
    """

    id = serializers.CharField()
    code = serializers.CharField()
    note = serializers.CharField()
    percent = serializers.IntegerField(allow_null=True)
    amount = MoneyOut(allow_null=True)
    first_day = serializers.DateField(allow_null=True)
    last_day = serializers.DateField(allow_null=True)
    most_uses = serializers.IntegerField()
    most_per_person = serializers.IntegerField()
    used = serializers.IntegerField()
    spaces = serializers.ListField(child=serializers.CharField())
    ended_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def read_voucher(data: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a body by the names of the model."""
    fields: dict[str, Any] = {name: data[name] for name in _PLAIN if name in data}
    if "amount" in data:
        amount = data["amount"]
        fields["amount_minor"] = None if amount is None else amount["amount_minor"]
    return fields


def show_voucher(voucher: Voucher) -> dict[str, Any]:
    """Return a ``VoucherOut`` of a voucher from ``list_vouchers_for``."""
    minor = voucher.amount_minor
    return {
        "id": voucher.public_id,
        "code": voucher.code,
        "note": voucher.note,
        "percent": voucher.percent,
        "amount": None if minor is None else show_money(minor, voucher.currency),
        "first_day": voucher.first_day and voucher.first_day.isoformat(),
        "last_day": voucher.last_day and voucher.last_day.isoformat(),
        "most_uses": voucher.most_uses,
        "most_per_person": voucher.most_per_person,
        "used": voucher.used,  # type: ignore[attr-defined]  # annotated
        "spaces": sorted(space.public_id for space in voucher.spaces.all()),
        "ended_at": as_time(voucher.ended_at),
        "created_at": as_time(voucher.created_at),
        "updated_at": as_time(voucher.updated_at),
    }
