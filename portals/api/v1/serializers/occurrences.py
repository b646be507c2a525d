"""Outputs of stays that repeat."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from booking.services.series import Outcome
from booking.states import Verdict
from portals.api.answers import as_time
from portals.api.v1.serializers.money import MoneyOut, show_money


class OccurrenceOut(serializers.Serializer[Any]):
    """One stay of a series; ``reason`` is a sentence where it is not possible."""

    day = serializers.CharField()
    starts_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(choices=Verdict.values)
    reason = serializers.CharField()
    total = MoneyOut(allow_null=True)
    reservation = serializers.CharField(allow_null=True)


class SeriesOut(serializers.Serializer[Any]):
    """What would become of each stay of a series."""

    occurrences = OccurrenceOut(many=True)
    most = serializers.IntegerField(allow_null=True)


def show_outcome(outcome: Outcome) -> dict[str, Any]:
    """Return an ``OccurrenceOut``."""
    stay = outcome.stay
    return {
        "day": outcome.day.isoformat(),
        "starts_at": as_time(stay.start) if stay else None,
        "ends_at": as_time(stay.end) if stay else None,
        "outcome": outcome.verdict,
        "reason": outcome.reason,
        "total": _show_total(outcome),
        "reservation": outcome.reservation.public_id if outcome.reservation else None,
    }


def _show_total(outcome: Outcome) -> dict[str, Any] | None:
    price = outcome.price
    return show_money(price.total_minor, price.currency) if price else None
