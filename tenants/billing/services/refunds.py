"""Giving money back: a row with its own id first, then the provider, asked under that id."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.locks import lock_row
from tenants.billing.due_kinds import REFUND
from tenants.billing.events import (
    RefundDropped,
    RefundFailed,
    RefundRequested,
    RefundSucceeded,
)
from tenants.billing.failures import NOTHING_TAKEN
from tenants.billing.gateways.base import ProviderRefused, Receipt
from tenants.billing.models import FAILURE_MAX_LENGTH, Payment, Refund
from tenants.billing.selectors import sum_refunds
from tenants.billing.services.decisions import UNSOLD, carry_out_decision
from tenants.billing.services.payments import gateway_of
from tenants.billing.states import LIVE, Decision, PaymentState, RefundState
from tenants.billing.telling import tell_refund
from tenants.due import schedule_due
from tenants.payment_providers import PaymentProvider

REASON_MAX_LENGTH = 200


class NothingToRefund(Conflict):
    """Nothing was taken that could go back."""

    code = "nothing_to_refund"


class RefundTooLow(RuleViolation):
    """Nothing is asked back."""

    code = "refund_too_low"


class RefundTooHigh(RuleViolation):
    """More is asked back than is left."""

    code = "refund_too_high"


@transaction.atomic
def request_refund(
    payment: Payment,
    *,
    amount_minor: int,
    cause: str,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Refund:
    """Write down that money goes back; the same cause again is the same refund.

    Money that is about to be taken may be asked back already.

    Args:
        payment: from which.
        amount_minor: how much.
        cause: what asks for it, once for each payment.
        actor: who asks.
        now: the present moment.
        reason: in a few words, for people.

    Raises:
        NothingToRefund: nothing was taken, nor is it about to be.
        RefundTooLow, RefundTooHigh: the amount is not positive, or more than what is left.
    """
    row = lock_row(payment)
    found = row.refunds.filter(cause=cause).first()
    if found is not None:
        return found
    if row.state != PaymentState.CAPTURED and row.decision != Decision.CAPTURE:
        raise NothingToRefund(_("Nothing of this payment was taken."))
    if amount_minor <= 0:
        raise RefundTooLow(_("Say how much goes back: more than nothing."), field="amount")
    if amount_minor > row.amount_minor - sum_refunds(row):
        raise RefundTooHigh(_("This is more than what is left of the payment."), field="amount")
    refund = Refund.objects.create(
        payment=row,
        amount_minor=amount_minor,
        cause=cause,
        reason=reason.strip()[:REASON_MAX_LENGTH],
    )
    schedule_due(REFUND, key=refund.public_id, at=now, agency_id=actor.agency_id)
    tell_refund(RefundRequested, refund, actor=actor)
    return refund


def carry_out_refund(refund: Refund, *, actor: Actor, now: datetime) -> Refund:
    """Have the provider give the money back; doing it again changes nothing.

    Never inside a transaction.

    Raises:
        ProviderUnreachable: there was no answer; trying again is right.
    """
    payment = refund.payment
    is_ours = refund.cause != UNSOLD  # what came for nothing is there, whatever our row says
    if is_ours and payment.state != PaymentState.CAPTURED:
        payment = carry_out_decision(payment, actor=actor, now=now)
    if refund.state != RefundState.PENDING:
        return refund
    if is_ours and payment.state != PaymentState.CAPTURED:
        return _drop(refund, actor=actor) if payment.state not in LIVE else refund
    gateway = gateway_of(payment)
    try:
        if refund.reference:
            receipt = gateway.fetch_refund(refund.reference)
        else:
            receipt = gateway.refund_intent(
                payment.reference,
                amount_minor=refund.amount_minor,
                key=f"{actor.agency_public_id}:{refund.public_id}",
            )
    except ProviderRefused as error:
        failure = error.said or error.code
        receipt = Receipt(reference="", state=RefundState.FAILED, failure=failure)
    return record_receipt(refund, receipt=receipt, actor=actor)


@transaction.atomic
def _drop(refund: Refund, *, actor: Actor) -> Refund:
    """End a refund of money that never came: there is nothing that could go back."""
    row = lock_row(refund)
    row.payment = refund.payment
    if row.state == RefundState.PENDING:
        row.state, row.failure = RefundState.FAILED, NOTHING_TAKEN
        row.save()
        tell_refund(RefundDropped, row, actor=actor)
    return row


@transaction.atomic
def record_receipt(refund: Refund, *, receipt: Receipt, actor: Actor) -> Refund:
    """Take over what the provider says of a refund; what went back may still come back failed."""
    row = lock_row(refund)
    row.payment = refund.payment
    if row.state in {RefundState.FAILED, receipt.state}:
        row.reference = row.reference or receipt.reference
        row.save()
        return row
    if row.state == RefundState.SUCCEEDED and receipt.state == RefundState.PENDING:
        return row
    row.state, row.reference = receipt.state, receipt.reference or row.reference
    row.failure = receipt.failure[:FAILURE_MAX_LENGTH]
    row.save()
    kind = RefundSucceeded if row.state == RefundState.SUCCEEDED else RefundFailed
    tell_refund(kind, row, actor=actor)
    return row


@transaction.atomic
def record_refund_transfer(refund: Refund, *, actor: Actor) -> Refund:
    """Note that a person sent the money back from the bank; again changes nothing.

    Raises:
        NothingToRefund: the provider does it, not a person.
    """
    if refund.payment.provider != PaymentProvider.BANK_TRANSFER:
        raise NothingToRefund(_("The payment provider gives this money back by itself."))
    receipt = Receipt(reference=refund.public_id, state=RefundState.SUCCEEDED)
    return record_receipt(refund, receipt=receipt, actor=actor)
