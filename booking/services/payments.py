"""Reservations and their money: authorise, claim, capture.

Nobody is charged for a time that they did not get. The bank reserves the money; then the claim is
made final, or not, and in the same transaction it is decided whether the money is taken or let
go. The provider hears of it afterwards.

Source: ADR 0033.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.events import ReservationUnsold
from booking.models import Reservation
from booking.services.claims import Outcome
from booking.services.reservations import confirm_reservation
from booking.services.rows import lock_reservation
from booking.services.tills import require_enough, require_online
from booking.states import PaymentRule, ReservationState
from booking.telling import tell_reservation
from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation
from spotex.kernel.locks import lock_row
from spotex.kernel.machine import IllegalMove
from tenants.billing.gateways.base import Intent
from tenants.billing.models import Payment
from tenants.billing.selectors import is_taken, list_live_payments, sum_refunds
from tenants.billing.services.decisions import carry_out_decision, decide_payment
from tenants.billing.services.payments import (
    Bill,
    place_payment,
    request_payment,
    settle_payment,
)
from tenants.billing.services.refunds import request_refund
from tenants.billing.states import OPEN, Decision, PaymentState, SubjectKind

CANCELLED = "cancelled"
"""The cause of the refund of a reservation that was called off."""

_ARRIVED = {PaymentState.AUTHORISED, PaymentState.CAPTURED}
_STANDING = {
    ReservationState.CONFIRMED.value,
    ReservationState.CHECKED_IN.value,
    ReservationState.COMPLETED.value,
    ReservationState.NO_SHOW.value,
}
_PAYABLE: dict[str, set[str]] = {
    # A stay that was confirmed, and whose money could not be taken then, is paid once more.
    PaymentRule.PREPAID.value: {ReservationState.PENDING_PAYMENT.value, *_STANDING},
    PaymentRule.PAY_LATER.value: _STANDING,
}


class NothingToPay(RuleViolation):
    """The reservation is free, or does not wait for money."""

    code = "nothing_to_pay"


def count_due(reservation: Reservation, *, payments: Iterable[Payment]) -> int:
    """Return what is to be paid for a reservation now, given its payments, in minor units.

    Before it is confirmed that is its deposit, or all of it; then what is left of its price.
    Money that arrived and was not answered yet is not asked for again.
    """
    payments = list(payments)
    is_answered = all(
        is_taken(one) or one.decision or one.state not in _ARRIVED for one in payments
    )
    return _count_rest(reservation, payments=payments) if is_answered else 0


def _count_rest(reservation: Reservation, *, payments: Iterable[Payment]) -> int:
    if reservation.state not in _PAYABLE.get(reservation.payment_rule, set()):
        return 0
    is_first = reservation.state == ReservationState.PENDING_PAYMENT
    wanted = (is_first and reservation.deposit_minor) or reservation.total_minor
    return max(0, wanted - sum(one.amount_minor for one in payments if _is_kept(one)))


def _is_kept(payment: Payment) -> bool:
    """Tell whether the money of a payment was taken, or is about to be, and not for nothing."""
    return is_taken(payment) and payment.decision != Decision.RELEASE


def request_reservation_payment(
    reservation: Reservation, *, actor: Actor, now: datetime
) -> Payment:
    """Write down that what is due of a reservation is to be paid; again it is the same payment.

    Args:
        reservation: with its space and its customer.
        actor: who asks.
        now: the present moment.

    Raises:
        NothingToPay: it is free, or does not wait for money.
        NotPaidOnline: the agency takes transfers only.
        TooLittleForCard: what is left is less than a card pays.
        AmountDiffers: another amount is being paid already.
    """
    if reservation.state not in _PAYABLE.get(reservation.payment_rule, set()):
        raise NothingToPay(_("Nothing is to be paid for this reservation."))
    is_first = reservation.state == ReservationState.PENDING_PAYMENT
    if is_first:
        require_online(actor.agency_id)
    payments = list_live_payments(reservation.public_id)
    rest = _count_rest(reservation, payments=payments)
    if payments and not rest:
        return payments[0]
    require_enough(rest, agency_id=actor.agency_id)
    stale = _find_stale(payments, rest=rest)
    _call_off(stale, actor=actor, now=now)
    bill = Bill(
        subject_kind=SubjectKind.RESERVATION,
        subject=reservation.public_id,
        description=f"{reservation.space.name} · {reservation.code}",
        amount_minor=rest,
        currency=reservation.currency,
        email=reservation.email,
        language=reservation.language,
        customer=reservation.customer,
        expires_at=reservation.pay_by if is_first else None,
        part=_find_part(payments, stale=stale),
    )
    return request_payment(bill, actor=actor, now=now)


def _find_stale(payments: Iterable[Payment], *, rest: int) -> list[Payment]:
    """Return what is not asked for any more: called off, or of an amount that is not due."""
    return [
        one
        for one in payments
        if one.decision == Decision.RELEASE or (one.state in OPEN and one.amount_minor != rest)
    ]


def _find_part(payments: Iterable[Payment], *, stale: Collection[Payment]) -> int:
    """Return which part is asked for: the one that waits for its money, else the next.

    Who asks in the same moment finds the same number, and so the same payment.
    """
    parts = {one.part: is_taken(one) or one in stale for one in payments}
    waiting = [part for part, is_over in parts.items() if not is_over]
    return waiting[0] if waiting else max(parts, default=-1) + 1


@transaction.atomic
def _call_off(stale: Iterable[Payment], *, actor: Actor, now: datetime) -> None:
    """Let go what is open of an amount that is not due any more; what was let go stays so."""
    for payment in stale:
        decide_payment(payment, decision=Decision.RELEASE, actor=actor, now=now)


def open_reservation_payment(
    reservation: Reservation, *, actor: Actor, now: datetime
) -> tuple[Payment, Intent]:
    """Ask for the money of a reservation and open the payment at the provider.

    Never inside a transaction.

    Raises:
        NothingToPay, NotPaidOnline, AmountDiffers: it cannot be paid.
        ProviderUnreachable, ProviderRefused: the provider did not open it.
    """
    payment = request_reservation_payment(reservation, actor=actor, now=now)
    return place_payment(payment, actor=actor)


def proceed_with_payment(payment: Payment, *, actor: Actor, now: datetime) -> Payment:
    """Do all that can be done about a payment now: ask, answer, carry out.

    Never inside a transaction. Whatever is left undone here, the due work does.

    Raises:
        ProviderUnreachable, ProviderRefused: the provider did not answer.
    """
    payment = settle_payment(payment, actor=actor)
    if payment.state in _ARRIVED:
        answer_payment(payment, actor=actor, now=now)
        payment = carry_out_decision(payment, actor=actor, now=now)
    return payment


@transaction.atomic
def answer_payment(payment: Payment, *, actor: Actor, now: datetime) -> Decision:
    """Confirm what was paid, or let the money go, in one transaction; again changes nothing."""
    found = Reservation.objects.select_related("space__location", "customer")
    reservation = lock_reservation(found.get(public_id=payment.subject))
    payment = lock_row(payment)
    if payment.decision or payment.state not in _ARRIVED:
        return Decision(payment.decision)
    is_sold = _try_to_sell(reservation, payment=payment, actor=actor)
    decision = Decision.CAPTURE if is_sold else Decision.RELEASE
    decide_payment(payment, decision=decision, actor=actor, now=now)
    if is_sold:
        _drop_others(reservation, actor=actor, now=now)
    else:
        tell_reservation(
            ReservationUnsold, reservation, actor=actor, amount_minor=payment.amount_minor
        )
    return decision


def _drop_others(reservation: Reservation, *, actor: Actor, now: datetime) -> None:
    """Ask no longer for amounts that are not due now that some money came."""
    payments = list_live_payments(reservation.public_id)
    if not any(one.state in OPEN for one in payments):
        return
    rest = _count_rest(lock_reservation(reservation), payments=payments)
    _call_off(_find_stale(payments, rest=rest), actor=actor, now=now)


def return_money(reservation: Reservation, *, actor: Actor, now: datetime) -> None:
    """Let the money of a cancelled reservation go back, in the caller's transaction.

    What was taken comes back as far as the policy says; what was only reserved, all of it.
    """
    left = reservation.refund_minor
    for found in list_live_payments(reservation.public_id):
        payment = lock_row(found)
        if not is_taken(payment):
            decide_payment(payment, decision=Decision.RELEASE, actor=actor, now=now)
            continue
        # The agency may have given some of it back before.
        amount = min(left, payment.amount_minor - sum_refunds(payment))
        left -= amount
        if amount:
            request_refund(
                payment,
                amount_minor=amount,
                cause=CANCELLED,
                actor=actor,
                now=now,
                reason=reservation.cancel_reason,
            )


def _try_to_sell(reservation: Reservation, *, payment: Payment, actor: Actor) -> bool:
    """Make the reservation final; tell whether it is, and whether so much money is owed for it."""
    if reservation.state in _STANDING:
        others = (one for one in list_live_payments(payment.subject) if one.pk != payment.pk)
        return payment.amount_minor <= _count_rest(reservation, payments=others)
    if reservation.payment_rule != PaymentRule.PREPAID:
        return False
    try:
        return confirm_reservation(reservation, actor=actor) != Outcome.LOST
    except IllegalMove:  # it was called off meanwhile
        return False
