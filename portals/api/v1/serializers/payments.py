"""Inputs and outputs of ``payments``."""

from __future__ import annotations

from typing import Any, Final

from rest_framework import serializers

from portals.api.answers import as_time
from portals.api.fields import Choice, Input, ListQuery, PublicId, Text
from portals.api.v1.serializers.money import MoneyIn, MoneyOut, show_money
from tenants.billing.failures import describe_failure, describe_refund_failure
from tenants.billing.models import Payment, Refund
from tenants.billing.selectors import REFUNDED, describe_state
from tenants.billing.states import PaymentState, RefundState, SandboxOutcome
from tenants.payment_providers import PaymentProvider

STATES: Final = [*PaymentState.values, REFUNDED]


class PaymentIntentIn(Input):
    """What is to be paid."""

    reservation = PublicId("res")


class PaymentConfirmIn(Input):
    """Which payment; ``outcome`` is for the sandbox, where nobody has a card."""

    payment = PublicId("pay")
    outcome = Choice(choices=[one.value for one in SandboxOutcome], required=False)


class RefundIn(Input):
    """What goes back; without an amount all that is left."""

    payment = PublicId("pay")
    amount = MoneyIn(required=False)
    reason = Text(required=False, allow_blank=True, max_length=200, default="")


class PaymentQuery(ListQuery):
    """Which payments."""

    state = Choice(choices=PaymentState.values, required=False)
    reservation = PublicId("res", required=False)


class PaymentOut(serializers.Serializer[Any]):
    """A payment."""

    id = serializers.CharField()
    provider = serializers.ChoiceField(choices=PaymentProvider.values)
    state = serializers.ChoiceField(choices=STATES)
    amount = MoneyOut()
    refunded = MoneyOut()
    reservation = serializers.CharField()
    description = serializers.CharField()
    customer = serializers.CharField(allow_null=True)
    reference = serializers.CharField()
    failure_code = serializers.CharField()
    failure = serializers.CharField()
    expires_at = serializers.DateTimeField(allow_null=True)
    captured_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()


class PaymentIntentOut(PaymentOut):
    """A payment that waits for its payer; ``client_secret`` is for the provider's own form."""

    client_secret = serializers.CharField()


class RefundOut(serializers.Serializer[Any]):
    """Money that goes back."""

    id = serializers.CharField()
    payment = serializers.CharField()
    amount = MoneyOut()
    state = serializers.ChoiceField(choices=RefundState.values)
    reason = serializers.CharField()
    failure = serializers.CharField()
    created_at = serializers.DateTimeField()


def show_payment(payment: Payment) -> dict[str, Any]:
    """Return a ``PaymentOut``; the payment comes from an access function or a selector."""
    customer = payment.customer
    refunded: int = getattr(payment, "refunded_minor", 0)
    return {
        "id": payment.public_id,
        "provider": payment.provider,
        "state": describe_state(payment),
        "amount": show_money(payment.amount_minor, payment.currency),
        "refunded": show_money(refunded, payment.currency),
        "reservation": payment.subject,
        "description": payment.description,
        "customer": customer.public_id if customer else None,
        "reference": payment.reference,
        "failure_code": payment.failure_code,
        "failure": describe_failure(payment),
        "expires_at": as_time(payment.expires_at),
        "captured_at": as_time(payment.captured_at),
        "created_at": as_time(payment.created_at),
    }


def show_refund(refund: Refund) -> dict[str, Any]:
    """Return a ``RefundOut``."""
    return {
        "id": refund.public_id,
        "payment": refund.payment.public_id,
        "amount": show_money(refund.amount_minor, refund.payment.currency),
        "state": refund.state,
        "reason": refund.reason,
        "failure": describe_refund_failure(refund),
        "created_at": as_time(refund.created_at),
    }
