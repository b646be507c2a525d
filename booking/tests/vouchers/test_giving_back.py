"""Uses of what is moved, not paid or cancelled in time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.services.cancelling import cancel_reservation
from booking.services.changing import NotMovable
from booking.services.claims import Outcome
from booking.services.moving import move_reservation
from booking.services.reservations import (
    confirm_reservation,
    expire_reservation,
)
from booking.services.spaces import change_space
from booking.states import PaymentRule
from booking.tests.expired import expire_payment
from booking.tests.vouchers.counting import count_uses


def test_moving_keeps_the_voucher(make, book, make_space, make_stay, booker, owner_actor, now):
    later = make_space(name="Altra", payment=PaymentRule.PAY_LATER, hourly_minor=2_000)
    make()
    reservation = book(space=later, voucher="ESTATE")

    moved = move_reservation(
        reservation, stay=make_stay(14, hours=2), booker=booker, actor=owner_actor, now=now
    )

    assert moved.total_minor == 3_000


@pytest.mark.parametrize(("hours", "moves"), [(7, True), (5, False)])
def test_what_a_voucher_paid_for_is_not_moved_away_from_its_terms(
    make, book, make_stay, booker, contact_actor, hours, moves
) -> None:
    make(percent=100)
    reservation = book(voucher="ESTATE")
    wish = {"stay": make_stay(10, day=5), "booker": booker, "actor": contact_actor}
    at = reservation.starts_at - timedelta(hours=hours)

    if moves:
        assert move_reservation(reservation, now=at, **wish).total_minor == 0
    else:
        with pytest.raises(NotMovable):
            move_reservation(reservation, now=at, **wish)


def test_what_is_not_paid_in_time_gives_it_back(make, book, owner_actor, rival, make_stay) -> None:
    voucher = make(most_uses=1)
    reservation = book(voucher="ESTATE")
    assert count_uses(voucher) == 1
    expire_payment(reservation)
    assert count_uses(voucher) == 0
    expire_reservation(reservation, actor=owner_actor)

    assert book(stay=make_stay(14), booker=rival, voucher="ESTATE").total_minor == 750


@pytest.mark.parametrize("is_used", [True, False])
def test_late_money_is_kept_if_the_voucher_has_a_use_left(
    make, book, owner_actor, rival, make_stay, is_used
) -> None:
    voucher = make(most_uses=1)
    reservation = book(voucher="ESTATE")
    expire_payment(reservation)
    if is_used:
        book(stay=make_stay(14), booker=rival, voucher="ESTATE")

    outcome = confirm_reservation(reservation, actor=owner_actor)

    assert outcome == (Outcome.LOST if is_used else Outcome.REVIVED)
    assert count_uses(voucher) == 1


def test_money_in_time_is_kept(make, book, owner_actor) -> None:
    make(most_uses=1)

    assert confirm_reservation(book(voucher="ESTATE"), actor=owner_actor) == Outcome.KEPT


@pytest.mark.parametrize(
    ("hours", "options", "left"),
    [(24, {}, 0), (1, {}, 1), (1, {"in_full": True}, 0), (-0.5, {}, 1)],
)
def test_cancelled_in_time_it_is_given_back(make, book, owner_actor, hours, options, left) -> None:
    voucher = make()
    reservation = book(voucher="ESTATE")
    confirm_reservation(reservation, actor=owner_actor)

    at = reservation.starts_at - timedelta(hours=hours)
    cancel_reservation(reservation, actor=owner_actor, now=at, **options)

    assert count_uses(voucher) == left


def test_what_is_paid_later_gives_it_back_until_the_beginning(
    make, book, make_space, owner_actor
) -> None:
    later = make_space(name="Altra", payment=PaymentRule.PAY_LATER, hourly_minor=2_000)
    voucher = make()
    reservation = book(space=later, voucher="ESTATE")

    cancel_reservation(
        reservation, actor=owner_actor, now=reservation.starts_at - timedelta(minutes=1)
    )

    assert count_uses(voucher) == 0


@pytest.mark.parametrize(
    ("rule", "other", "left"), [("PAY_LATER", "PREPAID", 0), ("PREPAID", "PAY_LATER", 1)]
)
def test_the_terms_of_a_voucher_are_those_of_the_day_of_booking(
    make, book, make_space, owner_actor, rule, other, left
) -> None:
    """An hour before: late where one pays first, in time where one pays later."""
    there = make_space(name="Altra", payment=rule, hourly_minor=1_000, free_cancel_hours=6)
    voucher = make(percent=100)
    reservation = book(space=there, voucher="ESTATE")
    change_space(there, actor=owner_actor, payment=other)
    reservation.refresh_from_db()

    at = reservation.starts_at - timedelta(hours=1)
    cancel_reservation(reservation, actor=owner_actor, now=at)

    assert count_uses(voucher) == left
