"""Inputs and outputs of packages and credits."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from booking.models import Credit, CreditEntry, Package
from booking.models.credits import CREDIT_REASON_MAX_LENGTH, PACKAGE_NAME_MAX_LENGTH
from booking.services.packages import MOST_DAYS, MOST_MINUTES
from booking.states import CreditEntryKind
from portals.api.answers import as_time
from portals.api.fields import Choice, Count, Input, ListQuery, PageQuery, PublicId, Text
from portals.api.v1.serializers.money import MoneyIn, MoneyOut, show_money
from portals.api.v1.serializers.places import spaces_field


class PackageChangesIn(Input):
    """What is to change; what is left out stays. ``spaces`` replace those where it counts."""

    name = Text(required=False, max_length=PACKAGE_NAME_MAX_LENGTH)
    note = Text(required=False, allow_blank=True, max_length=200)
    minutes = Count(required=False, min_value=1, max_value=MOST_MINUTES)
    price = MoneyIn(required=False)
    valid_days = Count(required=False, min_value=0, max_value=MOST_DAYS)
    spaces = spaces_field()


class PackageIn(PackageChangesIn):
    """So many minutes for so much money.

    ``valid_days`` is how long it can be used, 0 for no end; without ``spaces`` it counts everywhere.
    """

    name = Text(max_length=PACKAGE_NAME_MAX_LENGTH)
    minutes = Count(min_value=1, max_value=MOST_MINUTES)


class PackageQuery(ListQuery):
    """Which packages."""

    ordering = Choice(
        choices=["name", "-name", "created_at", "-created_at"],
        required=False,
        default="-created_at",
    )


class PackageOut(serializers.Serializer[Any]):
    """A package; ``archived_at`` is null as long as it is offered."""

    id = serializers.CharField()
    name = serializers.CharField()
    note = serializers.CharField()
    minutes = serializers.IntegerField()
    price = MoneyOut()
    valid_days = serializers.IntegerField()
    spaces = serializers.ListField(child=serializers.CharField())
    archived_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class GrantIn(Input):
    """Which package a customer gets; ``reason`` is such as the number of an invoice."""

    package = PublicId("pkg")
    reason = Text(required=False, allow_blank=True, max_length=CREDIT_REASON_MAX_LENGTH)


class CorrectionIn(Input):
    """How many minutes more, or fewer where it is negative, and why; the customer reads it, too."""

    minutes = Count(min_value=-MOST_MINUTES, max_value=MOST_MINUTES)
    reason = Text(max_length=CREDIT_REASON_MAX_LENGTH)


class CreditOut(serializers.Serializer[Any]):
    """What a customer has of a package.

    ``left_minutes`` can be used, ``reserved_minutes`` are kept for what is being booked. It counts
    for stays that begin before ``valid_until``, null for no end, in ``spaces``, or everywhere.
    """

    id = serializers.CharField()
    customer = serializers.CharField()
    package = serializers.CharField()
    name = serializers.CharField()
    left_minutes = serializers.IntegerField()
    reserved_minutes = serializers.IntegerField()
    price = MoneyOut()
    valid_until = serializers.DateTimeField(allow_null=True)
    spaces = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()


class EntryOut(serializers.Serializer[Any]):
    """A line of the book; ``minutes`` are negative where they were used or taken away."""

    id = serializers.CharField()
    credit = serializers.CharField()
    kind = serializers.ChoiceField(choices=CreditEntryKind.values)
    minutes = serializers.IntegerField()
    reservation = serializers.CharField(allow_null=True)
    actor_name = serializers.CharField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


CreditQuery = PageQuery


def show_package(package: Package) -> dict[str, Any]:
    """Return a ``PackageOut``."""
    return {
        "id": package.public_id,
        "name": package.name,
        "note": package.note,
        "minutes": package.minutes,
        "price": show_money(package.price_minor, package.currency),
        "valid_days": package.valid_days,
        "spaces": sorted(space.public_id for space in package.spaces.all()),
        "archived_at": as_time(package.archived_at),
        "created_at": as_time(package.created_at),
        "updated_at": as_time(package.updated_at),
    }


def show_credit(credit: Credit) -> dict[str, Any]:
    """Return a ``CreditOut`` of a credit from ``list_credits_for``."""
    return {
        "id": credit.public_id,
        "customer": credit.account.customer.public_id,
        "package": credit.package.public_id,
        "name": credit.name,
        "left_minutes": credit.left,  # type: ignore[attr-defined]  # annotated
        "reserved_minutes": credit.reserved,  # type: ignore[attr-defined]  # annotated
        "price": show_money(credit.price_minor, credit.currency),
        "valid_until": as_time(credit.valid_until),
        "spaces": sorted(space.public_id for space in credit.spaces.all()),
        "created_at": as_time(credit.created_at),
    }


def show_entry(entry: CreditEntry) -> dict[str, Any]:
    """Return an ``EntryOut``."""
    return {
        "id": entry.public_id,
        "credit": entry.credit.public_id,
        "kind": entry.kind,
        "minutes": entry.minutes,
        "reservation": entry.reservation.public_id if entry.reservation else None,
        "actor_name": entry.actor_name,
        "reason": entry.reason,
        "created_at": as_time(entry.created_at),
    }
