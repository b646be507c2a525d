"""One way to publish what happened to a payment."""

from __future__ import annotations

from typing import Any

from spotex.kernel.actor import Actor
from spotex.kernel.events import publish
from tenants.billing.events import PaymentEvent
from tenants.billing.models import Payment


def tell_payment(
    kind: type[PaymentEvent], payment: Payment, *, actor: Actor, **details: Any
) -> None:
    """Publish an event about a payment."""
    customer = payment.customer
    publish(
        kind(
            actor=actor,
            subject_public_id=payment.public_id,
            subject_name=payment.description,
            customer_public_id=customer.public_id if customer else "",
            details=details,
            payment=payment.public_id,
            subject_kind=payment.subject_kind,
            paid=payment.subject,
        ),
    )
