"""Taking money that is reserved, or letting it go: decided with a row, carried out afterwards.

Whoever sells something decides in its own transaction, together with what the money pays for. The
provider is called later, outside of it, as often as needed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from spotex.kernel.actor import Actor
from spotex.kernel.locks import lock_row
from tenants.billing.due_kinds import CARRY_OUT, REFUND
from tenants.billing.gateways.base import Intent, ProviderRefused
from tenants.billing.models import Payment, Refund
from tenants.billing.services.books import fail_payment, record_intent
from tenants.billing.services.payments import gateway_of, key_of
from tenants.billing.states import Decision, PaymentState
from tenants.due import schedule_due

UNSOLD: Final = "unsold"
"""The cause of the refund of money that came for nothing."""


def decide_payment(payment: Payment, *, decision: Decision, actor: Actor, now: datetime) -> Payment:
    """Say what becomes of the money, in the caller's transaction; the first word counts."""
    row = lock_row(payment)
    if row.decision != Decision.NONE:
        return row
    row.decision = decision
    row.save()
    schedule_due(CARRY_OUT, key=row.public_id, at=now, agency_id=actor.agency_id)
    return row


def drop_payment(payment: Payment, *, actor: Actor, now: datetime) -> Payment:
    """Ask for this payment no longer, at the provider too, so that it can be asked for anew.

    Never inside a transaction.

    Raises:
        ProviderUnreachable: there was no answer; trying again is right.
    """
    payment = decide_payment(payment, decision=Decision.RELEASE, actor=actor, now=now)
    return carry_out_decision(payment, actor=actor, now=now)


def carry_out_decision(payment: Payment, *, actor: Actor, now: datetime) -> Payment:
    """Do at the provider what was decided; doing it again changes nothing.

    Never inside a transaction.

    Raises:
        ProviderUnreachable: there was no answer; trying again is right.
    """
    payment.refresh_from_db()
    if payment.decision == Decision.NONE or not payment.reference:
        return payment
    gateway, key = gateway_of(payment), key_of(payment, actor)
    intent = gateway.fetch_intent(payment.reference)
    try:
        if payment.decision == Decision.RELEASE:
            return _release(payment, intent=intent, actor=actor, now=now)
        if intent.state == PaymentState.AUTHORISED:
            intent = gateway.capture_intent(intent.reference, key=f"{key}:capture")
    except ProviderRefused as error:  # an authorisation ran out: somebody has to look
        return fail_payment(payment, code=error.code, reason=str(error), actor=actor)
    return record_intent(payment, intent=intent, actor=actor)


def _release(payment: Payment, *, intent: Intent, actor: Actor, now: datetime) -> Payment:
    if intent.state == PaymentState.CAPTURED:
        payment = record_intent(payment, intent=intent, actor=actor)
        refund, is_new = Refund.objects.get_or_create(
            payment=payment, cause=UNSOLD, defaults={"amount_minor": intent.amount_minor}
        )
        if is_new:
            schedule_due(REFUND, key=refund.public_id, at=now, agency_id=actor.agency_id)
        return payment
    if intent.state != PaymentState.CANCELLED:
        key = f"{key_of(payment, actor)}:cancel"
        intent = gateway_of(payment).cancel_intent(payment.reference, key=key)
    return record_intent(payment, intent=intent, actor=actor)
