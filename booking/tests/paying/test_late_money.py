"""Nobody pays for a time that they did not get."""

from __future__ import annotations

from booking.models import Reservation
from booking.services.payments import (
    proceed_with_payment,
)
from booking.services.reservations import expire_reservation
from booking.states import ReservationState
from booking.tests.expired import let_claim_end
from booking.tests.paying.money import HOUR_PRICE, run_due, state_of
from spotex.kernel.models import ActivityEntry
from tenants.billing.models import Refund, SandboxIntent
from tenants.billing.services.payments import pay
from tenants.billing.states import Decision, PaymentState, RefundState
from tenants.models import DueWork


def test_late_money_is_honoured_while_the_space_is_free(
    book, open_for, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = open_for(reservation)
    let_claim_end(reservation)
    expire_reservation(reservation, actor=contact_actor)

    payment = pay(payment, method="succeed", actor=contact_actor)
    payment = proceed_with_payment(payment, actor=contact_actor, now=now)

    assert state_of(reservation) == ReservationState.CONFIRMED
    assert payment.state == PaymentState.CAPTURED


def test_late_money_for_a_lost_time_is_let_go(
    book, open_for, stay, rival, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = open_for(reservation)
    let_claim_end(reservation)
    book(stay, booker=rival)

    payment = pay(payment, method="succeed", actor=contact_actor)
    payment = proceed_with_payment(payment, actor=contact_actor, now=now)

    assert state_of(reservation) == ReservationState.EXPIRED
    assert (payment.state, payment.decision) == (PaymentState.CANCELLED, Decision.RELEASE)


def test_money_that_was_taken_for_a_lost_time_goes_back(
    book, open_for, stay, rival, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = open_for(reservation)
    let_claim_end(reservation)
    book(stay, booker=rival)
    SandboxIntent.objects.update(state=PaymentState.CAPTURED)

    proceed_with_payment(payment, actor=contact_actor, now=now)
    run_due(now)

    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.state) == (HOUR_PRICE, RefundState.SUCCEEDED)
    assert ActivityEntry.objects.filter(event="billing.refund.requested").count() == 1
    assert SandboxIntent.objects.get().refunded_minor == HOUR_PRICE


def test_money_that_crosses_a_cancellation_is_let_go(
    book, open_for, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = open_for(reservation)
    Reservation.objects.update(state=ReservationState.CANCELLED)

    payment = pay(payment, method="succeed", actor=contact_actor)
    payment = proceed_with_payment(payment, actor=contact_actor, now=now)

    assert payment.state == PaymentState.CANCELLED


def test_the_provider_is_asked_once_more_at_the_end_of_the_term(
    book, open_for, stay, contact_actor
) -> None:
    reservation = book(stay)
    payment = open_for(reservation)
    due_before = DueWork.objects.get(kind="billing.follow_payment").due_at

    expire_reservation(reservation, actor=contact_actor)

    follow = DueWork.objects.get(kind="billing.follow_payment", key=payment.public_id)
    assert follow.due_at < due_before


def test_money_for_a_stay_that_is_paid_later_and_was_cancelled_is_let_go(
    book, open_for, later, stay, contact_actor, now
) -> None:
    reservation = book(stay, space=later)
    payment = open_for(reservation)
    Reservation.objects.update(state=ReservationState.CANCELLED)

    payment = pay(payment, method="succeed", actor=contact_actor)
    payment = proceed_with_payment(payment, actor=contact_actor, now=now)

    assert payment.state == PaymentState.CANCELLED
