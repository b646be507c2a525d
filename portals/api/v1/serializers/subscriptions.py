"""Inputs and outputs of ``plans`` and ``subscriptions/*``."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from portals.api.answers import as_time
from portals.api.fields import Choice, Input
from portals.api.v1.serializers.money import MoneyOut, show_money
from tenants.limits import LIMITS
from tenants.models import Plan, Subscription
from tenants.states import ChangeTime, PaymentMethod, SubscriptionStatus, Tier


class ChangeIn(Input):
    """Which plan, and when; left out, a bigger one begins now, a smaller one with the period."""

    tier = Choice(choices=Tier.values)
    when = Choice(choices=ChangeTime.values, required=False)


class PlanOut(serializers.Serializer[Any]):
    """A plan. ``limits`` are by resource; -1 means no limit."""

    tier = serializers.ChoiceField(choices=Tier.values)
    name = serializers.CharField()
    price = MoneyOut()
    limits = serializers.DictField(child=serializers.IntegerField())


class SubscriptionOut(serializers.Serializer[Any]):
    """A stretch of the subscription; ``ended_at`` of the present one is null."""

    id = serializers.CharField()
    tier = serializers.ChoiceField(choices=Tier.values)
    status = serializers.ChoiceField(choices=SubscriptionStatus.values)
    price = MoneyOut()
    amount = MoneyOut()
    payment_method = serializers.ChoiceField(choices=PaymentMethod.values)
    payment_due_at = serializers.DateTimeField(allow_null=True)
    paid_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    trial_until = serializers.DateTimeField(allow_null=True)
    period_start = serializers.DateTimeField()
    period_end = serializers.DateTimeField()
    next_billing_at = serializers.DateTimeField(allow_null=True)
    next_tier = serializers.ChoiceField(choices=Tier.values, allow_null=True)
    cancels_at_period_end = serializers.BooleanField()
    version = serializers.IntegerField()


def show_plan(plan: Plan) -> dict[str, Any]:
    """Return a ``PlanOut``."""
    return {
        "tier": plan.tier,
        "name": plan.name,
        "price": show_money(plan.price_minor, plan.currency),
        "limits": {resource: getattr(plan, resource) for resource in LIMITS},
    }


def show_subscription(row: Subscription) -> dict[str, Any]:
    """Return a ``SubscriptionOut``."""
    return {
        "id": row.public_id,
        "tier": row.tier,
        "status": row.status,
        "price": show_money(row.price_minor, row.currency),
        "amount": show_money(row.amount_minor, row.currency),
        "payment_method": row.payment_method,
        "payment_due_at": as_time(row.payment_due_at),
        "paid_at": as_time(row.paid_at),
        "started_at": as_time(row.started_at),
        "ended_at": as_time(row.ended_at),
        "trial_until": as_time(row.trial_until),
        "period_start": as_time(row.period_start),
        "period_end": as_time(row.period_end),
        "next_billing_at": as_time(row.next_billing_at),
        "next_tier": row.next_tier or None,
        "cancels_at_period_end": row.cancel_requested_at is not None,
        "version": row.version,
    }
