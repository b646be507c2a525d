"""Reservations and their money: nobody pays for a time that they did not get."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.bookers import booker_of
from booking.models import Claim, Reservation
from booking.services.cancelling import cancel_reservation
from booking.services.moving import PriceDiffers, move_reservation
from booking.services.payments import (
    NothingToPay,
    answer_payment,
    count_due,
    open_reservation_payment,
    proceed_with_payment,
    request_reservation_payment,
)
from booking.services.reservations import Visitor, book_space, expire_reservation
from booking.services.tills import NotPaidOnline
from booking.states import PaymentRule, ReservationState
from spotex.kernel.errors import NotAllowed
from spotex.kernel.models import ActivityEntry
from tenants.billing.models import Payment, Refund, SandboxIntent
from tenants.billing.services.books import fail_payment
from tenants.billing.services.payments import pay, record_transfer
from tenants.billing.services.refunds import request_refund
from tenants.billing.states import Decision, PaymentState, RefundState
from tenants.due import list_due_handlers
from tenants.models import DueWork, PaymentAccount
from tenants.payment_providers import PaymentProvider
from tenants.permissions import ROLE_PERMISSIONS
from tenants.states import Role

HOUR_PRICE = 1_500


@pytest.fixture
def hall(make_space):
    """A room that is paid first; late cancelling gives half of it back."""
    return make_space(
        payment=PaymentRule.PREPAID,
        hourly_minor=HOUR_PRICE,
        free_cancel_hours=48,
        late_refund_percent=50,
    )


@pytest.fixture
def book(hall, booker, contact_actor, now):
    def make(stay, *, booker=booker, space=hall) -> Reservation:
        visitor = Visitor(name="Gino", email="gino@trattoria.test")
        return book_space(
            space, stay=stay, booker=booker, visitor=visitor, actor=contact_actor, now=now
        )

    return make


@pytest.fixture
def open_for(contact_actor, now):
    def make(reservation: Reservation) -> Payment:
        return open_reservation_payment(reservation, actor=contact_actor, now=now)[0]

    return make


def let_hold_end(reservation: Reservation) -> None:
    """Let the term of a reservation have passed before now."""
    start = reservation.created_at - timedelta(hours=1)
    Claim.objects.filter(pk=reservation.claim).update(valid=(start, start + timedelta(minutes=15)))


def run_due(
    now, kinds=("booking.answer_payment", "billing.carry_out_decision", "billing.carry_out_refund")
) -> None:
    """Do what is due of some kinds, in this order, as the periodic task does."""
    for kind in kinds:
        for work in DueWork.objects.filter(kind=kind):
            list_due_handlers()[kind](key=work.key, agency_id=work.agency_id, at=now)
            work.delete()


def state_of(reservation: Reservation) -> str:
    return Reservation.objects.get(pk=reservation.pk).state


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


def test_late_money_is_honoured_while_the_space_is_free(
    book, open_for, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = open_for(reservation)
    let_hold_end(reservation)
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
    let_hold_end(reservation)
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
    let_hold_end(reservation)
    book(stay, booker=rival)
    SandboxIntent.objects.update(state=PaymentState.CAPTURED)

    proceed_with_payment(payment, actor=contact_actor, now=now)
    run_due(now)

    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.state) == (HOUR_PRICE, RefundState.SUCCEEDED)
    assert ActivityEntry.objects.filter(event="billing.refund.requested").count() == 1
    assert SandboxIntent.objects.get().refunded_minor == HOUR_PRICE


def test_cancelling_gives_back_what_the_policy_says(
    book, open_for, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    proceed_with_payment(payment, actor=contact_actor, now=now)

    reservation = cancel_reservation(reservation, actor=contact_actor, now=now)
    run_due(now)

    assert reservation.refund_minor == HOUR_PRICE // 2
    assert SandboxIntent.objects.get().refunded_minor == HOUR_PRICE // 2
    assert Refund.objects.get().state == RefundState.SUCCEEDED


def test_cancelling_before_the_money_is_taken_gives_back_what_will_be(
    book, open_for, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    answer_payment(payment, actor=contact_actor, now=now)

    cancel_reservation(reservation, actor=contact_actor, now=now)
    run_due(now, kinds=["billing.carry_out_refund", "billing.carry_out_decision"])

    payment.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert SandboxIntent.objects.get().refunded_minor == HOUR_PRICE // 2


def test_cancelling_what_is_not_paid_lets_everything_go(
    book, open_for, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)

    cancel_reservation(reservation, actor=contact_actor, now=now)
    answer = answer_payment(payment, actor=contact_actor, now=now)
    run_due(now)

    payment.refresh_from_db()
    assert answer == Decision.RELEASE
    assert payment.state == PaymentState.CANCELLED


def test_money_that_crosses_a_cancellation_is_let_go(
    book, open_for, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    payment = open_for(reservation)
    Reservation.objects.update(state=ReservationState.CANCELLED)

    payment = pay(payment, method="succeed", actor=contact_actor)
    payment = proceed_with_payment(payment, actor=contact_actor, now=now)

    assert payment.state == PaymentState.CANCELLED


def test_cancelling_what_was_never_asked_for_moves_no_money(book, stay, contact_actor, now) -> None:
    cancel_reservation(book(stay), actor=contact_actor, now=now)

    assert not Payment.objects.exists()


def test_the_provider_is_asked_once_more_at_the_end_of_the_term(
    book, open_for, stay, contact_actor
) -> None:
    reservation = book(stay)
    payment = open_for(reservation)
    due_before = DueWork.objects.get(kind="billing.follow_payment").due_at

    expire_reservation(reservation, actor=contact_actor)

    follow = DueWork.objects.get(kind="billing.follow_payment", key=payment.public_id)
    assert follow.due_at < due_before


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


@pytest.fixture
def later(make_space):
    """A room that is paid later."""
    return make_space(name="Dopo", payment=PaymentRule.PAY_LATER, hourly_minor=HOUR_PRICE)


def test_what_is_paid_later_comes_back_as_a_whole(
    book, open_for, later, stay, contact_actor, owner_actor, now
) -> None:
    reservation = book(stay, space=later)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    proceed_with_payment(payment, actor=contact_actor, now=now)

    cancelled = cancel_reservation(reservation, actor=owner_actor, now=now, in_full=True)

    assert cancelled.refund_minor == Refund.objects.get().amount_minor == HOUR_PRICE


def test_what_nobody_paid_does_not_come_back(
    book, open_for, later, stay, contact_actor, owner_actor, now
) -> None:
    reservation = book(stay, space=later)
    payment = open_for(reservation)

    cancelled = cancel_reservation(reservation, actor=owner_actor, now=now, in_full=True)

    payment.refresh_from_db()
    assert cancelled.refund_minor == 0
    assert payment.decision == Decision.RELEASE
    assert not Refund.objects.exists()


def test_a_part_that_went_back_before_is_not_given_twice(
    book, open_for, stay, contact_actor, owner_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    payment = proceed_with_payment(payment, actor=contact_actor, now=now)
    reservation.refresh_from_db()
    give = {"actor": owner_actor, "now": now}
    request_refund(payment, amount_minor=HOUR_PRICE - 100, cause="by hand", **give)

    cancelled = cancel_reservation(reservation, in_full=True, **give)

    assert cancelled.refund_minor == 100
    amounts = Refund.objects.order_by("pk").values_list("amount_minor", flat=True)
    assert list(amounts) == [HOUR_PRICE - 100, 100]


def test_after_all_went_back_a_cancellation_gives_nothing(
    book, open_for, stay, contact_actor, owner_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    payment = proceed_with_payment(payment, actor=contact_actor, now=now)
    reservation.refresh_from_db()
    give = {"actor": owner_actor, "now": now}
    request_refund(payment, amount_minor=HOUR_PRICE, cause="by hand", **give)

    cancelled = cancel_reservation(reservation, in_full=True, **give)

    assert cancelled.refund_minor == 0
    assert Refund.objects.count() == 1


def test_only_who_gives_payments_back_gives_more_than_the_policy(
    book, open_for, stay, contact_actor, owner_actor, now
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    proceed_with_payment(payment, actor=contact_actor, now=now)

    member_actor = replace(owner_actor, permissions=ROLE_PERMISSIONS[Role.MEMBER])
    for actor in (contact_actor, member_actor):
        with pytest.raises(NotAllowed):
            cancel_reservation(reservation, actor=actor, now=now, in_full=True)

    assert state_of(reservation) == ReservationState.CONFIRMED


@pytest.mark.parametrize("in_full", [False, True])
def test_no_money_is_promised_that_was_never_taken(
    book, open_for, stay, contact_actor, owner_actor, now, in_full
) -> None:
    reservation = book(stay)
    payment = pay(open_for(reservation), method="succeed", actor=contact_actor)
    answer_payment(payment, actor=contact_actor, now=now)
    fail_payment(payment, code="expired", reason="", actor=contact_actor)
    reservation.refresh_from_db()

    cancelled = cancel_reservation(reservation, actor=owner_actor, now=now, in_full=in_full)

    assert cancelled.refund_minor == 0
    assert not Refund.objects.exists()


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


def test_money_for_a_stay_that_is_paid_later_and_was_cancelled_is_let_go(
    book, open_for, later, stay, contact_actor, now
) -> None:
    reservation = book(stay, space=later)
    payment = open_for(reservation)
    Reservation.objects.update(state=ReservationState.CANCELLED)

    payment = pay(payment, method="succeed", actor=contact_actor)
    payment = proceed_with_payment(payment, actor=contact_actor, now=now)

    assert payment.state == PaymentState.CANCELLED
