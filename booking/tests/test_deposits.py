"""Deposits: a part is paid when booking, the rest later."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.deposits import compute_deposit
from booking.models import Reservation
from booking.services.cancelling import cancel_reservation, find_refund
from booking.services.changing import PriceDiffers
from booking.services.moving import move_reservation
from booking.services.payments import (
    answer_payment,
    count_due,
    open_reservation_payment,
    request_reservation_payment,
)
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import SpaceRulesInvalid
from booking.states import PaymentRule, ReservationState
from booking.tests.paid import pay_for
from tenants.billing.models import Payment, Refund
from tenants.billing.selectors import list_live_payments, sum_taken
from tenants.billing.services.payments import pay
from tenants.billing.services.refunds import request_refund
from tenants.billing.states import Decision, PaymentState

S = ReservationState
VISITOR = Visitor(name="Gino", email="gino@trattoria.test")


@pytest.fixture
def hall(make_space):
    """Twenty euro an hour, of which six are paid when booking; half comes back late."""
    return make_space(
        payment=PaymentRule.PREPAID,
        hourly_minor=2_000,
        deposit_percent=30,
        free_cancel_hours=0,
        late_refund_percent=50,
    )


@pytest.fixture
def book(hall, booker, contact_actor, now):
    def make(stay, *, space=hall, **more) -> Reservation:
        return book_space(
            space, stay=stay, booker=booker, visitor=VISITOR, actor=contact_actor, now=now, **more
        )

    return make


def due_of(reservation: Reservation) -> int:
    return count_due(reservation, payments=list_live_payments(reservation.public_id))


@pytest.mark.parametrize(
    ("total", "percent", "deposit"),
    [
        (2_000, 30, 600),
        (2_000, 100, 0),
        (999, 50, 500),
        (100, 50, 50),
        (99, 50, 0),  # what is left could not be paid by card
        (4_900, 1, 0),
        (5_000, 1, 50),
        (0, 50, 0),
    ],
)
def test_neither_part_is_less_than_a_card_can_pay(total, percent, deposit) -> None:
    assert compute_deposit(total, percent=percent) == deposit


@pytest.mark.parametrize("percent", [0, 101])
def test_a_deposit_is_a_part(make_space, percent) -> None:
    with pytest.raises(SpaceRulesInvalid) as refused:
        make_space(deposit_percent=percent)
    assert refused.value.field == "deposit_percent"


def test_the_deposit_confirms_and_the_rest_is_due_then(book, stay, contact_actor, now) -> None:
    reservation = book(stay)
    first = due_of(reservation)

    deposit = pay_for(reservation, actor=contact_actor, now=now)
    rest = due_of(reservation)
    balance = pay_for(reservation, actor=contact_actor, now=now)

    assert (reservation.state, reservation.deposit_minor) == (S.CONFIRMED, 600)
    assert (first, rest, due_of(reservation)) == (600, 1_400, 0)
    assert (deposit.amount_minor, deposit.part) == (600, 0)
    assert (balance.amount_minor, balance.part, balance.state) == (
        1_400,
        1,
        PaymentState.CAPTURED,
    )
    assert balance.expires_at is None
    assert sum_taken(reservation.public_id) == 2_000


def test_asking_again_is_the_same_payment_in_each_part(book, stay, contact_actor, now) -> None:
    reservation = book(stay)
    asked = {"actor": contact_actor, "now": now}

    one = request_reservation_payment(reservation, **asked)
    assert request_reservation_payment(reservation, **asked) == one
    pay_for(reservation, **asked)
    other = request_reservation_payment(reservation, **asked)

    assert request_reservation_payment(reservation, **asked) == other != one
    pay_for(reservation, **asked)
    assert request_reservation_payment(reservation, **asked) == other
    assert Payment.objects.count() == 2


def test_money_that_waits_for_its_answer_is_not_asked_for_again(
    book, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    pay_for(reservation, actor=contact_actor, now=now)
    payment = open_reservation_payment(reservation, actor=contact_actor, now=now)[0]
    pay(payment, method="succeed", actor=contact_actor)

    waiting = due_of(reservation)
    answer_payment(payment, actor=contact_actor, now=now)

    assert (waiting, due_of(reservation)) == (0, 0)


def test_a_deposit_that_fell_through_is_asked_for_again_beside_the_paid_rest(
    book, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    deposit = pay_for(reservation, actor=contact_actor, now=now)
    pay_for(reservation, actor=contact_actor, now=now)
    Payment.objects.filter(pk=deposit.pk).update(state=PaymentState.CANCELLED)

    again = request_reservation_payment(reservation, actor=contact_actor, now=now)

    assert (again.amount_minor, again.part) == (600, 2)


def test_what_went_back_is_not_asked_for_again(book, stay, owner_actor, contact_actor, now):
    reservation = book(stay)
    deposit = pay_for(reservation, actor=contact_actor, now=now)

    request_refund(deposit, amount_minor=100, cause="kindness", actor=owner_actor, now=now)

    assert due_of(reservation) == 1_400


@pytest.mark.parametrize(("hours_before", "back"), [(48, 600), (-1, 0)])
def test_what_comes_back_is_a_share_of_what_was_paid(
    book, hall, stay, contact_actor, now, hours_before, back
) -> None:
    reservation = book(stay)
    pay_for(reservation, actor=contact_actor, now=now)
    moment = reservation.starts_at - timedelta(hours=hours_before)

    assert find_refund(reservation, now=moment, charged_minor=600, left_minor=600) == back


def test_late_half_of_the_deposit_comes_back(book, make_stay, contact_actor, now) -> None:
    reservation = book(make_stay(day=2))
    reservation.free_cancel_hours = 24 * 7
    reservation.save()
    pay_for(reservation, actor=contact_actor, now=now)

    cancelled = cancel_reservation(reservation, actor=contact_actor, now=now)

    assert cancelled.refund_minor == 300
    assert Refund.objects.get().amount_minor == 300


def test_all_parts_go_back_and_what_nobody_paid_is_called_off(
    book, stay, contact_actor, now
) -> None:
    reservation = book(stay)
    pay_for(reservation, actor=contact_actor, now=now)
    pay_for(reservation, actor=contact_actor, now=now)

    cancelled = cancel_reservation(reservation, actor=contact_actor, now=now)

    assert cancelled.refund_minor == 2_000
    assert sorted(Refund.objects.values_list("amount_minor", flat=True)) == [600, 1_400]


def test_the_open_rest_of_a_cancelled_stay_is_called_off(book, stay, contact_actor, now) -> None:
    reservation = book(stay)
    pay_for(reservation, actor=contact_actor, now=now)
    rest = open_reservation_payment(reservation, actor=contact_actor, now=now)[0]

    cancel_reservation(reservation, actor=contact_actor, now=now)

    rest.refresh_from_db()
    assert rest.decision == Decision.RELEASE
    assert Refund.objects.get().amount_minor == 600


def test_what_is_paid_in_part_moves_only_at_its_price(
    book, stay, make_stay, booker, contact_actor, now
) -> None:
    reservation = book(stay)
    pay_for(reservation, actor=contact_actor, now=now)
    open_reservation_payment(reservation, actor=contact_actor, now=now)

    def move(to):
        return move_reservation(reservation, stay=to, booker=booker, actor=contact_actor, now=now)

    with pytest.raises(PriceDiffers):
        move(make_stay(14, hours=2))
    assert move(make_stay(14)).starts_at == make_stay(14).start
    assert due_of(reservation) == 1_400


def test_what_is_paid_later_needs_no_deposit(book, make_space, stay) -> None:
    later = make_space(
        name="Sala dopo", payment="PAY_LATER", hourly_minor=2_000, deposit_percent=30
    )

    reservation = book(stay, space=later)

    assert (reservation.deposit_minor, due_of(reservation)) == (0, 2_000)


def test_a_share_counts_on_what_was_paid_before_any_kindness(
    book, hall, make_stay, owner_actor, contact_actor, now
) -> None:
    reservation = book(make_stay(day=2))
    reservation.free_cancel_hours = 24 * 7
    reservation.save()
    deposit = pay_for(reservation, actor=contact_actor, now=now)
    request_refund(deposit, amount_minor=200, cause="kindness", actor=owner_actor, now=now)

    cancelled = cancel_reservation(reservation, actor=contact_actor, now=now)

    assert cancelled.refund_minor == 300


def test_nobody_pays_the_rest_twice(book, stay, contact_actor, now) -> None:
    reservation = book(stay)
    deposit = pay_for(reservation, actor=contact_actor, now=now)
    rest = open_reservation_payment(reservation, actor=contact_actor, now=now)[0]
    Payment.objects.filter(pk=deposit.pk).update(state=PaymentState.FAILED)  # the bank took it back

    whole = open_reservation_payment(reservation, actor=contact_actor, now=now)[0]
    rest.refresh_from_db()

    assert (whole.amount_minor, whole.part) == (2_000, 2)
    assert rest.decision == Decision.RELEASE


def test_money_that_is_not_owed_any_more_is_let_go(book, stay, contact_actor, now) -> None:
    reservation = book(stay)
    pay_for(reservation, actor=contact_actor, now=now)
    rest = open_reservation_payment(reservation, actor=contact_actor, now=now)[0]
    pay(rest, method="succeed", actor=contact_actor)
    Reservation.objects.filter(pk=reservation.pk).update(total_minor=1_000, vat_minor=0)

    decision = answer_payment(rest, actor=contact_actor, now=now)

    assert decision == Decision.RELEASE
