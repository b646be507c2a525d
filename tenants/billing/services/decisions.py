"""Taking money that is reserved, or letting it go: decided with a row, carried out afterwards.

Whoever sells something decides in its own transaction, together with what the money pays for. The
provider is called later, outside of it, as often as needed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from spotex.kernel.actor import Actor
from spotex.kernel.locks import lock_row
from tenants.billing.due_kinds import CARRY_OUT, REFUND
from tenants.billing.events import RefundRequested
from tenants.billing.gateways.base import Intent, ProviderRefused
from tenants.billing.models import Payment, Refund
from tenants.billing.selectors import sum_refunds
from tenants.billing.services.books import fail_payment, note_refusal, record_intent
from tenants.billing.services.payments import close_unplaced, gateway_of, key_of
from tenants.billing.states import Decision, PaymentState
from tenants.billing.telling import tell_refund
from tenants.due import schedule_due

UNSOLD: Final = "unsold"
"""The cause of the refund of money that came for nothing."""

PATIENCE: Final = timedelta(hours=1)
"""How long a provider may refuse to take money that is reserved, before the payment fails."""

_FINAL: Final = frozenset({PaymentState.CAPTURED, PaymentState.CANCELLED})


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

    Never inside a transaction. What the provider does not do now, the due work tries again.

    Raises:
        ProviderUnreachable: there was no answer; trying again is right.
    """
    return try_decision(payment, actor=actor, now=now)[0]


def try_decision(payment: Payment, *, actor: Actor, now: datetime) -> tuple[Payment, bool]:
    """Do at the provider what was decided, and tell whether nothing is left to do there.

    A payment that failed is let go at the provider, too, whatever was decided before.

    Raises:
        ProviderUnreachable: there was no answer; trying again is right.
    """
    payment.refresh_from_db()
    has_failed = payment.state == PaymentState.FAILED
    if payment.decision == Decision.NONE and not has_failed:
        return payment, True
    if not payment.reference:
        return close_unplaced(payment, actor=actor), True
    intent = gateway_of(payment).fetch_intent(payment.reference)
    if has_failed or payment.decision == Decision.RELEASE:
        return _release(payment, intent=intent, actor=actor, now=now)
    return _capture(payment, intent=intent, actor=actor, now=now)


def _capture(
    payment: Payment, *, intent: Intent, actor: Actor, now: datetime
) -> tuple[Payment, bool]:
    gateway = gateway_of(payment)
    if intent.state == PaymentState.AUTHORISED:
        try:
            key = _key_of_try(payment, "capture", actor=actor, now=now)
            intent = gateway.capture_intent(intent.reference, key=key)
        except ProviderRefused as error:
            intent = gateway.fetch_intent(payment.reference)
            if intent.state == PaymentState.AUTHORISED:
                return _hear_no(payment, error=error, actor=actor, now=now), False
    payment = record_intent(payment, intent=intent, actor=actor)
    return payment, intent.state in _FINAL


def _hear_no(payment: Payment, *, error: ProviderRefused, actor: Actor, now: datetime) -> Payment:
    """Note that reserved money cannot be taken: for now, or, when it lasts, for good."""
    if now >= (payment.authorised_at or payment.created_at) + PATIENCE:
        return fail_payment(payment, code=error.code, reason=error.said, actor=actor)
    return note_refusal(payment, code=error.code, reason=error.said)


def _release(
    payment: Payment, *, intent: Intent, actor: Actor, now: datetime
) -> tuple[Payment, bool]:
    gateway = gateway_of(payment)
    if intent.state not in _FINAL:
        try:
            key = _key_of_try(payment, "cancel", actor=actor, now=now)
            intent = gateway.cancel_intent(payment.reference, key=key)
        except ProviderRefused:  # the bank is still at it, or the money was taken meanwhile
            intent = gateway.fetch_intent(payment.reference)
    payment = record_intent(payment, intent=intent, actor=actor)
    if intent.state == PaymentState.CAPTURED:
        _give_back(payment, taken_minor=intent.amount_minor, actor=actor, now=now)
    return payment, intent.state in _FINAL


@transaction.atomic
def _give_back(payment: Payment, *, taken_minor: int, actor: Actor, now: datetime) -> None:
    """Let everything go back that was taken for nothing, and did not go back before."""
    row = lock_row(payment)
    left = taken_minor - sum_refunds(row)
    if left <= 0 or row.refunds.filter(cause=UNSOLD).exists():
        return
    refund = Refund.objects.create(payment=row, cause=UNSOLD, amount_minor=left)
    schedule_due(REFUND, key=refund.public_id, at=now, agency_id=actor.agency_id)
    tell_refund(RefundRequested, refund, actor=actor)


def _key_of_try(payment: Payment, action: str, *, actor: Actor, now: datetime) -> str:
    """Return the key of one try: a provider repeats its no under the same key, for a day."""
    return f"{key_of(payment, actor)}:{action}:{int(now.timestamp())}"
