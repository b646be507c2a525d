"""What a voucher takes off, on a hold and when it is booked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.models import VoucherUse
from booking.services.holds import HoldExpired, change_hold, release_hold
from booking.services.spaces import change_space
from booking.services.voucher_uses import VoucherUnknown
from booking.services.vouchers import (
    end_voucher,
)
from booking.states import PaymentRule, ReservationState
from booking.tests.expired import expire
from booking.tests.vouchers.counting import count_uses
from spotex.kernel.errors import Missing


@pytest.mark.parametrize(
    ("worth", "total"),
    [({"percent": 25}, 750), ({"amount_minor": 300}, 700), ({"percent": 100}, 0)],
)
def test_a_voucher_takes_off_what_it_is_worth(make, hold, put, book, worth, total) -> None:
    voucher = make(**worth)
    held = put(hold(), " est ate ")

    booked = book(held)

    assert held.total_minor == booked.total_minor == total
    assert [line.label for line in booked.price.lines] == ["", "ESTATE"]
    assert booked.vat_minor == round(total * 22 / 122)
    assert booked.state == (
        ReservationState.PENDING_PAYMENT if total else ReservationState.CONFIRMED
    )
    assert count_uses(voucher) == 1
    assert VoucherUse.objects.get().reservation == booked


def test_it_never_takes_off_more_than_the_price(make, hold, put) -> None:
    make(amount_minor=50_000)

    assert put(hold()).total_minor == 0


def test_another_code_takes_the_place_of_the_first(make, hold, put, book, booker) -> None:
    first, second = make("ESTATE"), make("INVERNO", percent=10)
    held = put(put(hold()), "inverno")

    assert (held.total_minor, count_uses(first), count_uses(second)) == (900, 0, 1)
    assert str(VoucherUse.objects.get()) == f"INVERNO {booker.email}"
    assert book(held, voucher="ESTATE").total_minor == 750
    assert (count_uses(first), count_uses(second)) == (1, 0)


def test_it_can_be_taken_off_again(make, hold, put) -> None:
    voucher = make()
    held = put(put(hold()), "")

    assert (held.total_minor, count_uses(voucher)) == (1_000, 0)
    assert put(held, " ").total_minor == 1_000


def test_a_refused_code_leaves_the_one_before(make, hold, put) -> None:
    voucher = make()
    held = put(hold())

    with pytest.raises(VoucherUnknown):
        put(held, "ALTRO")

    assert count_uses(voucher) == 1


def test_a_hold_that_grows_keeps_its_voucher(
    make, hold, put, booker, contact_actor, make_stay, now
):
    make()
    held = put(hold())

    longer = change_hold(
        held, stay=make_stay(10, hours=2), booker=booker, actor=contact_actor, now=now
    )

    assert longer.total_minor == 1_500


@pytest.mark.parametrize("way", ["release", "expire"])
def test_with_the_hold_the_use_is_given_back(
    make, hold, put, booker, contact_actor, make_stay, way
) -> None:
    voucher = make(most_uses=1)
    held = put(hold())
    assert count_uses(voucher) == 1

    if way == "release":
        release_hold(held, booker=booker, actor=contact_actor)
    else:
        expire(held)

    assert count_uses(voucher) == 0
    assert put(hold(make_stay(14))).total_minor == 750


def test_what_is_over_takes_no_voucher(make, hold, put, booker, contact_actor) -> None:
    make()
    held = hold()

    with pytest.raises(HoldExpired):
        put(held, now=held.expires_at)
    release_hold(held, booker=booker, actor=contact_actor)
    with pytest.raises(HoldExpired):
        put(held)


def test_nobody_puts_a_voucher_on_the_hold_of_another(make, hold, put, rival) -> None:
    make()

    with pytest.raises(Missing):
        put(hold(), booker=rival)


def test_a_held_voucher_keeps_its_worth_when_it_is_ended(
    make, hold, put, book, owner_actor, now, make_stay
) -> None:
    voucher = make()
    held = put(hold())
    end_voucher(voucher, actor=owner_actor, now=now)

    assert book(held).total_minor == 750
    with pytest.raises(VoucherUnknown):
        put(hold(make_stay(14)))


def test_after_the_hold_the_voucher_is_asked_again(make, hold, put, book, owner_actor, now) -> None:
    voucher = make()
    held = put(hold())
    later = held.expires_at + timedelta(seconds=1)
    expire(held)

    assert book(held, now=later).total_minor == 750
    assert count_uses(voucher) == 1


def test_after_the_hold_an_ended_voucher_is_told(make, hold, put, book, owner_actor, now) -> None:
    voucher = make()
    held = put(hold())
    end_voucher(voucher, actor=owner_actor, now=now)
    expire(held)

    with pytest.raises(VoucherUnknown):
        book(held, now=held.expires_at)


def test_who_books_for_another_keeps_the_voucher(make, hold, put, book, room, owner_actor) -> None:
    """The price of the hold was one for members, the one of the guest is not."""
    make()
    change_space(room, actor=owner_actor, member_percent=50)
    held = put(hold())
    held.is_member_price = True
    held.save()

    assert book(held).total_minor == 750


@pytest.mark.parametrize(
    ("off", "total", "rule"),
    [(951, 0, "FREE"), (950, 50, "PREPAID"), (999, 0, "FREE"), (1_000, 0, "FREE")],
)
def test_what_is_left_is_enough_for_a_card_or_nothing(make, book, off, total, rule) -> None:
    make(amount_minor=off)

    reservation = book(voucher="ESTATE")

    assert (reservation.total_minor, reservation.payment_rule) == (total, rule)


def test_what_is_too_little_for_a_card_is_paid_later(book, make_space) -> None:
    cheap = make_space(name="Poco", payment=PaymentRule.PREPAID, hourly_minor=49)

    reservation = book(space=cheap)

    assert (reservation.payment_rule, reservation.state) == ("PAY_LATER", "CONFIRMED")
