"""What a provider says, written into our books once, whoever heard it and in whatever order."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

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
from tenants.billing.gateways.base import Intent
from tenants.billing.models import FAILURE_MAX_LENGTH, Payment
from tenants.billing.states import Decision, PaymentState, may_follow
from tenants.billing.telling import tell_payment
from tenants.due import schedule_due

AMOUNT_DIFFERS: Final = "amount_differs"

_EVENTS: Final[dict[str, type[PaymentEvent]]] = {
    PaymentState.REQUIRES_PAYMENT: PaymentMoved,
    PaymentState.REQUIRES_ACTION: PaymentMoved,
    PaymentState.PROCESSING: PaymentMoved,
    PaymentState.AUTHORISED: PaymentAuthorised,
    PaymentState.CAPTURED: PaymentCaptured,
    PaymentState.CANCELLED: PaymentCancelled,
}


@transaction.atomic
def record_intent(payment: Payment, *, intent: Intent, actor: Actor) -> Payment:
    """Take over what a provider said, unless the row is further already.

    Money in another amount or currency than was asked for confirms nothing: the payment fails,
    and whatever the provider took goes back.
    """
    row = lock_row(payment)
    if intent.follows and row.reference == intent.follows:
        row.reference = intent.reference  # paid on a page; from here on by its own name
        row.save()
    if _is_other_money(row, intent):
        return _refuse_money(row, intent=intent, actor=actor)
    if row.state == intent.state:
        return _note_failure(row, intent=intent, actor=actor)
    if may_follow(row.state, intent.state):
        _move(row, intent=intent, actor=actor)
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


def _refuse_money(row: Payment, *, intent: Intent, actor: Actor) -> Payment:
    row.state, row.decision = PaymentState.FAILED, Decision.RELEASE
    row.failure_code = AMOUNT_DIFFERS
    row.failure = _("The provider has %(amount)s %(currency)s (minor units).") % {
        "amount": intent.amount_minor,
        "currency": intent.currency,
    }
    row.save()
    schedule_due(CARRY_OUT, key=row.public_id, at=timezone.now(), agency_id=actor.agency_id)
    tell_payment(PaymentFailed, row, actor=actor, reason=AMOUNT_DIFFERS)
    return row


def _note_failure(row: Payment, *, intent: Intent, actor: Actor) -> Payment:
    """Note that the bank said no while the payment still waits for a card."""
    if row.failure_code != intent.failure_code:
        _take_over(row, intent)
        if intent.failure_code:
            tell_payment(PaymentDeclined, row, actor=actor, reason=intent.failure_code)
    return row


def _move(row: Payment, *, intent: Intent, actor: Actor) -> None:
    now = timezone.now()
    row.state = intent.state
    if intent.state == PaymentState.AUTHORISED:
        row.authorised_at = now
    if intent.state == PaymentState.CAPTURED:
        row.authorised_at, row.captured_at = row.authorised_at or now, now
    _take_over(row, intent)
    is_declined = bool(intent.failure_code) and intent.state == PaymentState.REQUIRES_PAYMENT
    tell_payment(PaymentDeclined if is_declined else _EVENTS[intent.state], row, actor=actor)


def _take_over(row: Payment, intent: Intent) -> None:
    row.failure_code = intent.failure_code
    row.failure = intent.failure[:FAILURE_MAX_LENGTH]
    row.save()
