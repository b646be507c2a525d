"""Payments: asked for, opened at a provider, and followed by what the provider says.

A row is written first, so that nothing that a provider does is ever unknown to us. The provider
is then called outside any transaction, with a key that stays the same however often it is tried.
One function brings a row up to date, whoever noticed that something happened: the page to which
the payer returns, a message of the provider, or the work that looks by itself.

Source: ADR 0033.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, Missing, RuleViolation
from spotex.kernel.locks import busy, lock_row
from tenants.billing.due_kinds import CARRY_OUT, FOLLOW
from tenants.billing.events import PaymentCancelled, PaymentPlaced, PaymentRequested
from tenants.billing.gateways.base import Gateway, Intent, Order, ProviderRefused
from tenants.billing.gateways.choice import choose_gateway
from tenants.billing.models import Payment
from tenants.billing.selectors import find_live_payment, find_payment_account
from tenants.billing.services.books import fail_payment, record_intent
from tenants.billing.states import OPEN, Decision, PaymentState, SubjectKind
from tenants.billing.telling import tell_payment
from tenants.customers.models import Customer
from tenants.due import schedule_due
from tenants.payment_providers import PaymentProvider

FIRST_LOOK: Final = timedelta(minutes=1)
GRACE: Final = timedelta(minutes=30)
"""How long after its term a payment may still arrive: a bank's approval takes its time."""

_SHORTEST_PAGE: Final = timedelta(minutes=35)
"""No page of a provider is open for less, counted from when it is opened, at whatever moment."""

_LONGEST_PAGE: Final = timedelta(hours=23)


class AmountDiffers(RuleViolation):
    """Nothing, or another amount than before, is asked for the same thing."""

    code = "amount_differs"


class PaymentNotOpen(Conflict):
    """The payment does not wait for anybody to pay."""

    code = "payment_not_open"


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What is to be paid, for what, and by whom.

    ``part`` counts what was paid for the same thing before. ``expires_at`` is when nobody waits
    for it any longer; None for ever. ``by_transfer`` asks for a bank transfer whatever the
    agency's provider is.
    """

    subject_kind: SubjectKind
    subject: str
    description: str
    amount_minor: int
    currency: str
    email: str = ""
    language: str = "it"
    customer: Customer | None = None
    expires_at: datetime | None = None
    by_transfer: bool = False
    part: int = 0


@transaction.atomic
def request_payment(bill: Bill, *, actor: Actor, now: datetime) -> Payment:
    """Write down that money is asked for; the same bill again is the same payment.

    Raises:
        AmountDiffers: there is nothing to pay, or another amount is being paid already.
        Missing: the actor belongs to no agency.
        Busy: somebody else asked, and gave up, in this very moment; trying again is right.
    """
    if actor.agency_id is None:
        raise Missing(_("There is no such agency."))
    if bill.amount_minor <= 0:
        raise AmountDiffers(_("There is nothing to pay."))
    payment = find_live_payment(bill.subject, part=bill.part)
    if payment is None:
        payment = _compose(bill, agency_id=actor.agency_id)
        try:
            with transaction.atomic():
                payment.save()
        except IntegrityError as error:  # somebody asked in the same moment
            payment = find_live_payment(bill.subject, part=bill.part)
            if payment is None:  # and it is over already
                raise busy() from error
        else:
            look_later(payment, actor=actor, at=now + FIRST_LOOK)
            tell_payment(PaymentRequested, payment, actor=actor)
    if (payment.amount_minor, payment.currency) != (bill.amount_minor, bill.currency):
        raise AmountDiffers(_("Another amount is being paid for this already."))
    return payment


def place_payment(
    payment: Payment, *, actor: Actor, return_url: str = ""
) -> tuple[Payment, Intent]:
    """Open a payment at its provider, or return what the provider has of it.

    Never inside a transaction. Two callers at once open one intent: their key is the same.
    ``return_url`` asks for a page of the provider, from which the payer comes back there; the
    first one counts.

    Raises:
        ProviderUnreachable: there was no answer; the row stays, and trying again is right.
        ProviderRefused: the provider does not want it; the payment failed.
        PaymentNotOpen: nobody wants it any longer, and the provider did not hear of it.
    """
    gateway = gateway_of(payment)
    if not payment.reference:
        payment = _prepare(payment, return_url=return_url)
    if payment.reference:
        intent = gateway.fetch_intent(payment.reference)
        return record_intent(payment, intent=intent, actor=actor), intent
    try:
        intent = gateway.create_intent(_order(payment, actor=actor), key=key_of(payment, actor))
    except ProviderRefused as error:
        fail_payment(payment, code=error.code, reason=error.said, actor=actor)
        raise
    row = _note_place(payment, reference=intent.reference, actor=actor)
    if not is_wanted(row):
        raise _not_open()
    return record_intent(row, intent=intent, actor=actor), intent


@transaction.atomic
def _prepare(payment: Payment, *, return_url: str) -> Payment:
    """Write down where the payer comes back to, before the provider hears of the payment.

    Raises:
        PaymentNotOpen: nobody wants it any longer.
    """
    row = lock_row(payment)
    if row.reference:
        return row
    if not is_wanted(row):
        raise _not_open()
    if return_url and not row.return_url:
        row.return_url = return_url
        row.save()
    return row


@transaction.atomic
def _note_place(payment: Payment, *, reference: str, actor: Actor) -> Payment:
    """Note what the provider calls a payment; one that was given up meanwhile is ended there."""
    row = lock_row(payment)
    if not row.reference:
        row.reference = reference
        row.save()
        tell_payment(PaymentPlaced, row, actor=actor)
        if not is_wanted(row):
            schedule_due(CARRY_OUT, key=row.public_id, at=timezone.now(), agency_id=actor.agency_id)
    return row


def is_wanted(payment: Payment) -> bool:
    """Tell whether somebody still waits for the money of a payment that has none."""
    return payment.state in OPEN and payment.decision != Decision.RELEASE


@transaction.atomic
def close_unplaced(payment: Payment, *, actor: Actor) -> Payment:
    """Call off a payment that was let go before its provider heard of it."""
    row = lock_row(payment)
    if not row.reference and row.state in OPEN and row.decision == Decision.RELEASE:
        row.state = PaymentState.CANCELLED
        row.save()
        tell_payment(PaymentCancelled, row, actor=actor)
    return row


def open_payment(bill: Bill, *, actor: Actor, now: datetime) -> tuple[Payment, Intent]:
    """Ask for money and open the payment at the provider: first the row, then the call.

    Raises:
        AmountDiffers, Missing: the bill cannot be asked for.
        ProviderUnreachable, ProviderRefused: the provider did not open it.
    """
    return place_payment(request_payment(bill, actor=actor, now=now), actor=actor)


def pay(payment: Payment, *, method: str, actor: Actor) -> Payment:
    """Try to pay, where the provider lets us do it in the payer's name.

    Raises:
        PaymentNotOpen: nobody waits for it.
        ProviderUnreachable, ProviderRefused: the provider did not do it.
    """
    payment = settle_payment(payment, actor=actor)
    if payment.state not in OPEN:
        raise _not_open()
    # Every attempt that ended changes the row: a double click is one, another card another one.
    tried_at = payment.updated_at
    attempt = f"{key_of(payment, actor)}:pay:{tried_at.timestamp()}"
    intent = gateway_of(payment).confirm_intent(payment.reference, method=method, key=attempt)
    return record_intent(payment, intent=intent, actor=actor, tried_at=tried_at)


def settle_payment(payment: Payment, *, actor: Actor) -> Payment:
    """Bring a payment up to date with what the provider says at this moment.

    Never inside a transaction; a message is only a hint that it is worth asking.

    Raises:
        ProviderUnreachable, ProviderRefused: the provider did not answer.
    """
    if not payment.reference and not is_wanted(payment):
        return close_unplaced(payment, actor=actor)
    if not payment.reference:
        return place_payment(payment, actor=actor)[0]
    intent = gateway_of(payment).fetch_intent(payment.reference)
    return record_intent(payment, intent=intent, actor=actor)


def gateway_of(payment: Payment) -> Gateway:
    """Return the driver that opened a payment, whatever the agency chose since."""
    return choose_gateway(payment.provider, account=payment.account)


def key_of(payment: Payment, actor: Actor) -> str:
    """Return the key of a payment for all time: whoever calls, the provider acts once."""
    return f"{actor.agency_public_id}:{payment.public_id}"


def look_later(payment: Payment, *, actor: Actor, at: datetime) -> None:
    """Let the provider be asked about a payment at a moment, in the caller's transaction."""
    schedule_due(FOLLOW, key=payment.public_id, at=at, agency_id=actor.agency_id)


def _not_open() -> PaymentNotOpen:
    return PaymentNotOpen(_("This payment is not open."))


def _compose(bill: Bill, *, agency_id: int) -> Payment:
    account = find_payment_account(agency_id)
    provider = PaymentProvider.BANK_TRANSFER if bill.by_transfer else account.provider
    return Payment(
        subject_kind=bill.subject_kind,
        subject=bill.subject,
        part=bill.part,
        description=bill.description[:200],
        customer=bill.customer,
        email=bill.email,
        language=bill.language,
        amount_minor=bill.amount_minor,
        currency=bill.currency,
        provider=provider,
        account=account.account if provider == PaymentProvider.STRIPE else "",
        expires_at=bill.expires_at,
    )


def _order(payment: Payment, *, actor: Actor) -> Order:
    return Order(
        payment=payment.public_id,
        agency=actor.agency_public_id,
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        description=payment.description,
        email=payment.email,
        language=payment.language,
        return_url=payment.return_url,
        closes_at=_find_closing(payment),
    )


def _find_closing(payment: Payment) -> datetime | None:
    """Return until when a provider's page is open; None for as long as the provider lets it.

    The same whenever it is opened, for the provider may have heard of it before, and late enough
    for a page that is opened at the last moment: the provider may have been away for long.
    """
    if payment.expires_at is None:
        return None
    closes_at = payment.expires_at + GRACE + _SHORTEST_PAGE
    return closes_at if closes_at <= payment.created_at + _LONGEST_PAGE else None
