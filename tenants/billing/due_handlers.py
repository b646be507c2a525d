"""Work of this context that falls due: asking providers, and telling them what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from spotex.kernel.actor import Actor
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.billing.due_kinds import APPLY, CARRY_OUT, FOLLOW, REFUND
from tenants.billing.models import Payment, Refund
from tenants.billing.services.decisions import decide_payment, try_decision
from tenants.billing.services.inbox import apply_provider_event
from tenants.billing.services.payments import GRACE, settle_payment
from tenants.billing.services.refunds import carry_out_refund
from tenants.billing.states import OPEN, Decision, PaymentState, RefundState
from tenants.due import due_handler
from tenants.models import Agency, ProviderEvent
from tenants.payment_providers import PaymentProvider

SOON: Final = timedelta(minutes=2)
LATER: Final = timedelta(hours=6)
ONE_DAY: Final = timedelta(days=1)


@due_handler(FOLLOW)
def follow_payment(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Ask the provider about a payment that nobody finished; let go of one that is too old."""
    with _inside(agency_id) as actor:
        payment = Payment.objects.select_related("customer").filter(public_id=key).first()
        if payment is None or payment.provider == PaymentProvider.BANK_TRANSFER:
            return None
        is_too_late = payment.expires_at is not None and at >= payment.expires_at + GRACE
        if payment.reference or not is_too_late:  # what nobody opened so far is not opened then
            payment = settle_payment(payment, actor=actor)
        if payment.state == PaymentState.AUTHORISED and not payment.decision:
            return at + SOON  # whoever sells it has not answered yet
        if payment.state not in OPEN or payment.decision:
            return None  # it is over, or the carrying out looks after it
        if is_too_late:
            decide_payment(payment, decision=Decision.RELEASE, actor=actor, now=at)
            return None
        return at + _pause(payment, at=at)


@due_handler(CARRY_OUT)
def carry_out(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Take money, or let it go, as was decided; until the provider has done it."""
    with _inside(agency_id) as actor:
        payment = Payment.objects.select_related("customer").filter(public_id=key).first()
        if payment is None:
            return None
        payment, is_done = try_decision(payment, actor=actor, now=at)
        return None if is_done else at + _pause(payment, at=at)


@due_handler(REFUND)
def carry_refund_out(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Give money back; one that the provider has not finished is looked at again."""
    with _inside(agency_id) as actor:
        refunds = Refund.objects.select_related("payment__customer")
        refund = refunds.filter(public_id=key).first()
        if refund is None or refund.payment.provider == PaymentProvider.BANK_TRANSFER:
            return None
        refund = carry_out_refund(refund, actor=actor, now=at)
        return at + LATER if refund.state == RefundState.PENDING else None


@due_handler(APPLY)
def apply_message(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Ask the provider about what its message names."""
    row = ProviderEvent.objects.filter(pk=int(key)).first()
    return apply_provider_event(row, at=at) if row else None


def _pause(payment: Payment, *, at: datetime) -> timedelta:
    return SOON if at < payment.created_at + ONE_DAY else LATER


@contextmanager
def _inside(agency_id: int | None) -> Iterator[Actor]:
    agency = Agency.objects.get(pk=agency_id or 0)
    with agency_scope(agency):
        yield system_actor(agency)
