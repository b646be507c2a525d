"""Rates of spaces, and prices explained."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from rest_framework import serializers

from booking.models import Space
from booking.prices import LineKind, PriceLine
from booking.rates import MOST_PEAKS, MOST_PERCENT, Peak, read_peaks, write_peaks
from portals.api.fields import Count, Input, WallTime
from portals.api.v1.serializers.money import MoneyIn, MoneyOut, show_money
from portals.shared.clock import format_minutes

_AMOUNTS: Final = {
    "half_day_price": "half_day_minor",
    "daily_price": "daily_minor",
    "weekly_price": "weekly_minor",
    "monthly_price": "monthly_minor",
}


class PeakIn(Input):
    """Hours with another price: ``percent`` more or less than usual, or an ``hourly_price``.

    0 is Monday; no two such hours may be at the same time.
    """

    weekdays = serializers.ListField(
        child=Count(min_value=0, max_value=6), min_length=1, max_length=7
    )
    starts = WallTime()
    ends = WallTime()
    percent = Count(required=False, min_value=-100, max_value=MOST_PERCENT)
    hourly_price = MoneyIn(required=False)


class RatesIn(Input):
    """What a space costs by how long one stays; 0 is not sold that way."""

    half_day_price = MoneyIn(required=False)
    half_day_hours = Count(required=False, min_value=1, max_value=12)
    daily_price = MoneyIn(required=False)
    weekly_price = MoneyIn(required=False)
    monthly_price = MoneyIn(required=False)
    member_percent = Count(required=False, min_value=0, max_value=100)
    peaks = serializers.ListField(child=PeakIn(), required=False, max_length=MOST_PEAKS)


class PeakOut(serializers.Serializer[Any]):
    """Hours with another price; ``hourly_price`` is what an hour costs then."""

    weekdays = serializers.ListField(child=serializers.IntegerField())
    starts = serializers.CharField()
    ends = serializers.CharField()
    percent = serializers.IntegerField(allow_null=True)
    hourly_price = MoneyOut()


class RatesOut(serializers.Serializer[Any]):
    """What a space costs by how long one stays; null is not sold that way."""

    half_day_price = MoneyOut(allow_null=True)
    half_day_hours = serializers.IntegerField()
    daily_price = MoneyOut(allow_null=True)
    weekly_price = MoneyOut(allow_null=True)
    monthly_price = MoneyOut(allow_null=True)
    member_percent = serializers.IntegerField()
    peaks = PeakOut(many=True)


class PriceLineOut(serializers.Serializer[Any]):
    """One step of a price; all of them sum to the total.

    ``quantity`` counts the minutes of ``HOUR``, ``PEAK`` and ``CREDIT``, percent of ``MEMBER``, else
    pieces at ``unit_price``. ``label`` is the code of a voucher, or the name of equipment. What is
    taken off is negative.
    """

    kind = serializers.ChoiceField(choices=[kind.value for kind in LineKind])
    label = serializers.CharField(allow_blank=True)  # type: ignore[assignment]  # a field, not the attribute
    quantity = serializers.IntegerField()
    unit_price = MoneyOut()
    amount = MoneyOut()


def read_rates(data: dict[str, Any]) -> dict[str, Any]:
    """Return rates by the names of the model."""
    fields: dict[str, Any] = {
        field: data[name]["amount_minor"] for name, field in _AMOUNTS.items() if name in data
    }
    fields |= {name: data[name] for name in ("half_day_hours", "member_percent") if name in data}
    if "peaks" in data:
        fields["peaks"] = write_peaks([_read_peak(one) for one in data["peaks"]])
    return fields


def show_rates(space: Space) -> dict[str, Any]:
    """Return a ``RatesOut``."""
    amounts = {name: getattr(space, field) for name, field in _AMOUNTS.items()}
    return {
        **{
            name: show_money(minor, space.currency) if minor else None
            for name, minor in amounts.items()
        },
        "half_day_hours": space.half_day_hours,
        "member_percent": space.member_percent,
        "peaks": [_show_peak(peak, space=space) for peak in read_peaks(space.peaks)],
    }


def show_price_lines(lines: Iterable[PriceLine], *, currency: str) -> list[dict[str, Any]]:
    """Return ``PriceLineOut`` for each line of a price."""
    return [
        {
            "kind": line.kind,
            "label": line.label,
            "quantity": line.quantity,
            "unit_price": show_money(line.unit_minor, currency),
            "amount": show_money(line.amount_minor, currency),
        }
        for line in lines
    ]


def _read_peak(data: dict[str, Any]) -> Peak:
    price = data.get("hourly_price")
    return Peak(
        weekdays=tuple(sorted(set(data["weekdays"]))),
        starts=data["starts"],
        ends=data["ends"],
        percent=data.get("percent"),
        hourly_minor=None if price is None else price["amount_minor"],
    )


def _show_peak(peak: Peak, *, space: Space) -> dict[str, Any]:
    return {
        "weekdays": list(peak.weekdays),
        "starts": format_minutes(peak.starts),
        "ends": format_minutes(peak.ends),
        "percent": peak.percent,
        "hourly_price": show_money(peak.price(space.hourly_minor), space.currency),
    }
