"""Refunds that a provider tells us of: our own, and those made in its dashboard."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction

from spotex.kernel.actor import Actor
from spotex.kernel.locks import lock_row
from tenants.billing.models import Payment, Refund
from tenants.billing.services.payments import gateway_of
from tenants.billing.services.refunds import record_receipt

ELSEWHERE: Final = "provider"
"""The beginning of the cause of a refund that was made at the provider."""


def record_provider_refund(payment: Payment, *, thing: dict[str, Any], actor: Actor) -> Refund:
    """Note where a refund of a payment stands, ours or not; the provider is asked.

    Never inside a transaction.

    Raises:
        ProviderUnreachable, ProviderRefused: the provider did not answer.
    """
    receipt = gateway_of(payment).fetch_refund(str(thing["id"]))
    refund = _find_or_note(payment, reference=receipt.reference, thing=thing)
    return record_receipt(refund, receipt=receipt, actor=actor)


@transaction.atomic
def _find_or_note(payment: Payment, *, reference: str, thing: dict[str, Any]) -> Refund:
    row = lock_row(payment)
    key = str((thing.get("metadata") or {}).get("refund", ""))
    refunds = Refund.objects.filter(payment=row).select_related("payment__customer")
    found = refunds.filter(reference=reference).first()
    found = found or refunds.filter(public_id=key.rpartition(":")[2]).first()
    if found is None:
        found = Refund.objects.create(
            payment=row,
            cause=f"{ELSEWHERE}:{reference}"[:60],
            amount_minor=int(thing["amount"]),
            reference=reference,
        )
        found.payment = payment
    return found
