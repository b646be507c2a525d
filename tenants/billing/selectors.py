"""Payments, as somebody sees them, and sums over them."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from spotex.kernel.actor import Actor
from tenants.billing.models import Payment
from tenants.billing.states import LIVE, PaymentState, RefundState
from tenants.models import PaymentAccount
from tenants.payment_providers import PaymentProvider
from tenants.permissions import Permission

REFUNDED: Final = "REFUNDED"
"""What people call a payment of which everything went back; it follows from a sum."""

_NOT_FAILED: Final = ~Q(refunds__state=RefundState.FAILED)


def list_payments_for(actor: Actor) -> QuerySet[Payment]:
    """List the payments that the actor sees, the newest first, with what went back.

    A contact sees its company's own.
    """
    if actor.agency_id is None or not actor.can(Permission.PAYMENT_VIEW):
        return Payment.objects.none()
    payments = with_refunds(Payment.objects.select_related("customer")).order_by("-pk")
    if actor.customer_id is None:
        return payments
    return payments.filter(customer_id=actor.customer_id)


def with_refunds(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Add ``refunded_minor``: what went back or is on its way."""
    refunded = Sum("refunds__amount_minor", filter=_NOT_FAILED)
    return payments.annotate(refunded_minor=Coalesce(refunded, 0))


def search_payments(payments: QuerySet[Payment], *, text: str) -> QuerySet[Payment]:
    """Narrow a list to descriptions, addresses, companies and references that contain the text."""
    if not text:
        return payments
    return payments.filter(
        Q(description__icontains=text)
        | Q(email__icontains=text)
        | Q(reference__icontains=text)
        | Q(customer__name__icontains=text)
    )


def describe_state(payment: Payment) -> str:
    """Return the state as people see it, of a payment with ``refunded_minor``."""
    refunded: int = getattr(payment, "refunded_minor", 0)
    is_back = payment.state == PaymentState.CAPTURED and refunded >= payment.amount_minor
    return REFUNDED if is_back else payment.state


def sum_refunds(payment: Payment) -> int:
    """Return what went back of a payment, or is on its way, in minor units."""
    going = payment.refunds.exclude(state=RefundState.FAILED)
    return int(going.aggregate(total=Coalesce(Sum("amount_minor"), 0))["total"])


def find_live_payment(subject: str) -> Payment | None:
    """Return the payment of a thing that is open, reserved or paid."""
    return Payment.objects.filter(subject=subject, state__in=sorted(LIVE)).first()


def find_last_payment(subject: str) -> Payment | None:
    """Return the newest payment of a thing, however it ended."""
    return with_refunds(Payment.objects.filter(subject=subject)).order_by("-pk").first()


def find_payment_account(agency_id: int) -> PaymentAccount:
    """Return where an agency's money goes; until it chooses a trial run, where that is allowed."""
    found = PaymentAccount.objects.filter(agency_id=agency_id).first()
    if found is not None:
        return found
    is_trial = settings.SPOTEX_PAYMENT_TRIALS
    provider = PaymentProvider.SANDBOX if is_trial else PaymentProvider.BANK_TRANSFER
    return PaymentAccount(agency_id=agency_id, provider=provider)
