"""Money, as the API reads and writes it everywhere."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from portals.api.fields import Choice, Count, Input

MOST_MINOR: Final = 1_000_000_00
"""A million: nothing that one books by the hour costs more."""


class MoneyIn(Input):
    """An amount in minor units, such as cents."""

    amount_minor = Count(min_value=0, max_value=MOST_MINOR)
    currency = Choice(choices=["EUR"])


class MoneyOut(serializers.Serializer[Any]):
    """An amount in minor units, such as cents."""

    amount_minor = serializers.IntegerField()
    currency = serializers.CharField()


def show_money(amount_minor: int, currency: str) -> dict[str, Any]:
    """Return a ``MoneyOut``."""
    return {"amount_minor": amount_minor, "currency": currency}
