"""One way to publish what happened to a payment, and to a refund."""

from __future__ import annotations

from typing import Any

from spotex.kernel.actor import Actor
from spotex.kernel.events import publish
from tenants.billing.events import PaymentEvent, RefundEvent
from tenants.billing.models import Payment, Refund
from tenants.billing.states import RefundState


def tell_payment(
    kind: type[PaymentEvent], payment: Payment, *, actor: Actor, **details: Any
) -> None:
    """Publish an event about a payment whose customer is loaded."""
    publish(kind(actor=actor, details=details, **_describe(payment)))


def tell_refund(kind: type[RefundEvent], refund: Refund, *, actor: Actor) -> None:
    """Publish an event about a refund whose payment is loaded."""
    has_failed = refund.state == RefundState.FAILED
    publish(
        kind(
            actor=actor,
            details={"amount_minor": refund.amount_minor},
            refund=refund.public_id,
            reason=refund.failure if has_failed else refund.reason,
            **_describe(refund.payment),
        ),
    )


def _describe(payment: Payment) -> dict[str, Any]:
    customer = payment.customer
    return {
        "subject_public_id": payment.public_id,
        "subject_name": payment.description,
        "customer_public_id": customer.public_id if customer else "",
        "payment": payment.public_id,
        "subject_kind": payment.subject_kind,
        "paid": payment.subject,
    }
