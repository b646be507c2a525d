"""Reservations are paid at once, later, by card or by transfer."""

from __future__ import annotations

import pytest

from booking.bookers import booker_of
from booking.models import Claim
from booking.services.changing import PriceDiffers
from booking.services.moving import move_reservation
from booking.services.payments import (
    NothingToPay,
    count_due,
    proceed_with_payment,
    request_reservation_payment,
)
from booking.services.tills import NotPaidOnline
from booking.states import PaymentRule, ReservationState
from booking.tests.paying.money import HOUR_PRICE, run_due, state_of
from tenants.billing.models import SandboxIntent
from tenants.billing.services.payments import pay
from tenants.billing.services.transfers import record_transfer
from tenants.billing.states import Decision, PaymentState
from tenants.models import PaymentAccount
from tenants.payment_providers import PaymentProvider


def test_a_paid_reservation_is_confirmed_and_then_charged(
    book, open_for, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = open_for(reservation)

    payment = pay(payment, method="succeed", actor=contact_actor)
    authorised = payment.state
    payment = proceed_with_payment(payment, actor=contact_actor, now=now)

    assert authorised == PaymentState.AUTHORISED
    assert (payment.state, payment.amount_minor) == (PaymentState.CAPTURED, HOUR_PRICE)
    assert state_of(reservation) == ReservationState.CONFIRMED


def test_due_work_does_it_when_the_person_went_away(
    book, open_for, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)

    run_due(now)

    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert state_of(reservation) == ReservationState.CONFIRMED


def test_opening_again_is_the_same_payment(book, open_for, stay) -> None:
    reservation = book(stay)

    first, second = open_for(reservation), open_for(reservation)

    assert first.pk == second.pk
    assert SandboxIntent.objects.count() == 1


def test_a_decline_leaves_time_for_another_card(book, open_for, stay, contact_actor, now) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="decline", actor=contact_actor)
    declined = (payment.state, payment.failure_code)

    payment = pay(payment, method="succeed", actor=contact_actor)
    payment = proceed_with_payment(payment, actor=contact_actor, now=now)

    assert declined == (PaymentState.REQUIRES_PAYMENT, "card_declined")
    assert (payment.state, payment.failure_code) == (PaymentState.CAPTURED, "")


def test_nothing_is_paid_for_what_is_free_or_over(
    book, make_space, stay, contact_actor, now
) -> None:
    free = book(stay, space=make_space(name="Libera"))

    with pytest.raises(NothingToPay):
        request_reservation_payment(free, actor=contact_actor, now=now)


def test_a_transfer_is_too_slow_for_what_is_paid_first(
    book, stay, agency, contact_actor, now
) -> None:
    reservation = book(stay)
    PaymentAccount.objects.create(agency=agency, provider=PaymentProvider.BANK_TRANSFER)

    with pytest.raises(NotPaidOnline):
        request_reservation_payment(reservation, actor=contact_actor, now=now)


def test_nobody_else_waits_for_what_cannot_be_paid(
    book, make_space, stay, agency, owner_actor
) -> None:
    PaymentAccount.objects.create(agency=agency, provider=PaymentProvider.BANK_TRANSFER)

    with pytest.raises(NotPaidOnline):
        book(stay)

    assert not Claim.objects.exists()
    by_hand = book(stay, booker=booker_of(owner_actor))
    assert by_hand.state == ReservationState.PENDING_PAYMENT
    free = book(stay, space=make_space(name="Libera"))
    assert free.state == ReservationState.CONFIRMED


def test_a_stay_is_paid_afterwards_by_transfer(
    book, open_for, make_space, stay, agency, owner_actor, now
) -> None:
    PaymentAccount.objects.create(agency=agency, provider=PaymentProvider.BANK_TRANSFER)
    later = make_space(name="Dopo", payment=PaymentRule.PAY_LATER, hourly_minor=HOUR_PRICE)
    reservation = book(stay, space=later)
    payment = open_for(reservation)

    payment = record_transfer(payment, actor=owner_actor)
    payment = proceed_with_payment(payment, actor=owner_actor, now=now)

    assert payment.reference.startswith("SPX ")
    assert (payment.state, payment.decision) == (PaymentState.CAPTURED, Decision.CAPTURE)
    assert state_of(reservation) == ReservationState.CONFIRMED


@pytest.mark.parametrize("is_paid", [False, True])
def test_a_move_to_another_price_calls_off_what_nobody_paid(
    book, open_for, later, stay, make_stay, booker, contact_actor, now, is_paid
) -> None:
    reservation = book(stay, space=later)
    payment = open_for(reservation)
    if is_paid:
        pay(payment, method="succeed", actor=contact_actor)
    two_hours = make_stay(14, hours=2)
    move = {"stay": two_hours, "booker": booker, "actor": contact_actor, "now": now}

    if is_paid:
        with pytest.raises(PriceDiffers):
            move_reservation(reservation, **move)
    else:
        move_reservation(reservation, **move)

    payment.refresh_from_db()
    assert payment.decision == (Decision.NONE if is_paid else Decision.RELEASE)


def test_a_move_at_the_same_price_keeps_what_is_open(
    book, open_for, later, stay, make_stay, booker, contact_actor, now
) -> None:
    reservation = book(stay, space=later)
    payment = open_for(reservation)

    move_reservation(reservation, stay=make_stay(14), booker=booker, actor=contact_actor, now=now)

    payment.refresh_from_db()
    assert payment.decision == Decision.NONE


def test_only_what_waits_for_money_is_payable(
    book, open_for, later, make_space, stay, make_stay, contact_actor, now
) -> None:
    free = book(stay, space=make_space(name="Libera"))
    first, after = book(stay), book(stay, space=later)
    payment = open_for(after)

    assert not count_due(free, payments=[])
    assert count_due(first, payments=[])
    assert count_due(after, payments=[payment])
    assert not count_due(after, payments=[pay(payment, method="succeed", actor=contact_actor)])
