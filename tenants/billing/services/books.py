"""What a provider says, written into our books once, whoever heard it and in whatever order."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from spotex.kernel.actor import Actor
from spotex.kernel.locks import lock_row
from tenants.billing.due_kinds import CARRY_OUT
from tenants.billing.events import (
    PaymentAuthorised,
    PaymentCancelled,
    PaymentCaptured,
    PaymentDeclined,
    PaymentEvent,
    PaymentFailed,
    PaymentMoved,
)
from tenants.billing.failures import AMOUNT_DIFFERS
from tenants.billing.gateways.base import Intent
from tenants.billing.models import FAILURE_MAX_LENGTH, Payment
from tenants.billing.states import OPEN, Decision, PaymentState, may_follow
from tenants.billing.telling import tell_payment
from tenants.due import schedule_due

_EVENTS: Final[dict[str, type[PaymentEvent]]] = {
    PaymentState.REQUIRES_PAYMENT: PaymentMoved,
    PaymentState.REQUIRES_ACTION: PaymentMoved,
    PaymentState.PROCESSING: PaymentMoved,
    PaymentState.AUTHORISED: PaymentAuthorised,
    PaymentState.CAPTURED: PaymentCaptured,
    PaymentState.CANCELLED: PaymentCancelled,
}


@transaction.atomic
def record_intent(
    payment: Payment,
    *,
    intent: Intent,
    actor: Actor,
    tried_at: datetime | None = None,
    is_late: bool = False,
) -> Payment:
    """Take over what a provider said, unless the row is further already.

    Money in another amount or currency than was asked for confirms nothing: the payment fails,
    and whatever the provider took goes back. What was decided to be taken stays, in the amount
    that was taken: somebody took a part of it at the provider.

    Args:
        payment: the row.
        intent: what the provider said.
        actor: who asked.
        tried_at: where the answer is to an attempt to pay, how old the row was then.
        is_late: nobody waited for it any more; whether it is owed is yet to be answered.
    """
    row = lock_row(payment)
    if intent.follows and row.reference == intent.follows:
        row.reference = intent.reference  # paid on a page; from here on by its own name
        row.save()
    if _is_other_money(row, intent):
        return _take_other_money(row, intent=intent, actor=actor)
    if row.state == intent.state:
        return _note_failure(row, intent=intent, actor=actor, is_new=row.updated_at == tried_at)
    if may_follow(row.state, intent.state):
        _move(row, intent=intent, actor=actor, **({"is_late": True} if is_late else {}))
    return row


@transaction.atomic
def note_refusal(payment: Payment, *, code: str, reason: str) -> Payment:
    """Note why a provider does not do now what was decided; it will be asked again."""
    row = lock_row(payment)
    row.failure_code, row.failure = code, reason[:FAILURE_MAX_LENGTH]
    row.save()
    return row


@transaction.atomic
def fail_payment(payment: Payment, *, code: str, reason: str, actor: Actor) -> Payment:
    """End a payment that cannot go on; one that ended already stays as it is."""
    row = lock_row(payment)
    if may_follow(row.state, PaymentState.FAILED):
        row.state = PaymentState.FAILED
        row.failure_code, row.failure = code, reason[:FAILURE_MAX_LENGTH]
        row.save()
        tell_payment(PaymentFailed, row, actor=actor, reason=code)
    return row


def _is_other_money(row: Payment, intent: Intent) -> bool:
    asked = (row.amount_minor, row.currency)
    return may_follow(row.state, intent.state) and asked != (intent.amount_minor, intent.currency)


def _take_other_money(row: Payment, *, intent: Intent, actor: Actor) -> Payment:
    said = f"{intent.amount_minor / 100:.2f} {intent.currency}"
    is_ours = row.decision == Decision.CAPTURE and row.currency == intent.currency
    if not is_ours or intent.state != PaymentState.CAPTURED:
        return _refuse_money(row, said=said, actor=actor)
    change = [row.amount_minor, intent.amount_minor]
    row.amount_minor = intent.amount_minor
    intent = replace(intent, failure_code=AMOUNT_DIFFERS, failure=said)
    _move(row, intent=intent, actor=actor, amount_minor=change)
    return row


def _refuse_money(row: Payment, *, said: str, actor: Actor) -> Payment:
    row.state, row.decision = PaymentState.FAILED, Decision.RELEASE
    row.failure_code, row.failure = AMOUNT_DIFFERS, said
    row.save()
    schedule_due(CARRY_OUT, key=row.public_id, at=timezone.now(), agency_id=actor.agency_id)
    tell_payment(PaymentFailed, row, actor=actor, reason=AMOUNT_DIFFERS)
    return row


def _note_failure(row: Payment, *, intent: Intent, actor: Actor, is_new: bool) -> Payment:
    """Note that the bank said no, perhaps once more, while the payment still waits for a card."""
    is_other = row.failure_code != intent.failure_code
    if row.state in OPEN and (is_other or is_new):
        _take_over(row, intent)
        if intent.failure_code:
            details = {"reason": intent.failure_code, "is_repeated": not is_other}
            tell_payment(PaymentDeclined, row, actor=actor, **details)
    return row


def _move(row: Payment, *, intent: Intent, actor: Actor, **details: Any) -> None:
    now = timezone.now()
    row.state = intent.state
    if intent.state == PaymentState.AUTHORISED:
        row.authorised_at = now
    if intent.state == PaymentState.CAPTURED:
        row.authorised_at, row.captured_at = row.authorised_at or now, now
    _take_over(row, intent)
    is_declined = bool(intent.failure_code) and intent.state == PaymentState.REQUIRES_PAYMENT
    kind = PaymentDeclined if is_declined else _EVENTS[intent.state]
    tell_payment(kind, row, actor=actor, **details)


def _take_over(row: Payment, intent: Intent) -> None:
    row.failure_code = intent.failure_code
    row.failure = intent.failure[:FAILURE_MAX_LENGTH]
    row.save()
