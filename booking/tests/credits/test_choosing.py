"""Which credits pay for a stay, for whom, and beside what they do not."""

from __future__ import annotations

import pytest

from booking.access import access_hold
from booking.bookers import booker_of
from booking.recurrence import Pattern
from booking.services.credit_uses import (
    CreditsNotRepeated,
    CreditsUnusable,
    CreditsWithVoucher,
)
from booking.services.hold_vouchers import put_voucher_on_hold
from booking.services.reservations import (
    Visitor,
    book_space,
)
from booking.services.series import SeriesPlan, book_series
from booking.services.vouchers import create_voucher
from booking.states import Frequency, PaymentRule, ReservationState


def test_what_ends_first_is_used_first(give, book, left, make_stay) -> None:
    endless, late, early = give(60), give(60, days=90), give(30, days=30)

    book(stay=make_stay(10, hours=1.5))

    assert (left(early), left(late), left(endless)) == (0, 0, 60)


def test_it_counts_for_stays_that_begin_in_time(give, book, left, make_stay, room) -> None:
    credit = give(days=5)

    with pytest.raises(CreditsUnusable) as refused:
        book(stay=make_stay(10, day=6))
    book(stay=make_stay(10, day=5))

    assert (refused.value.field, left(credit)) == ("pay_with_credits", 540)


def test_it_counts_where_it_should(give, book, left, make_space) -> None:
    other = make_space(name="Altra", payment=PaymentRule.PAY_LATER, hourly_minor=2_000)
    credit = give(spaces=[other])

    with pytest.raises(CreditsUnusable):
        book()
    booked = book(space=other)

    assert (booked.total_minor, left(credit)) == (0, 540)


def test_nobody_uses_the_credits_of_another(give, book, other_customer, left) -> None:
    credit = give(customer=other_customer)

    with pytest.raises(CreditsUnusable):
        book()
    with pytest.raises(CreditsUnusable):
        book(visitor=Visitor(name="Rita", email="rita@rivale.test"))

    assert left(credit) == 600


def test_what_is_free_of_charge_needs_none(give, book, space) -> None:
    give()

    with pytest.raises(CreditsUnusable):
        book(space=space)


def test_without_the_wish_nothing_is_taken(give, book, left) -> None:
    credit = give()

    assert book(with_credits=False).total_minor == 1_000
    assert left(credit) == 600


def test_staff_books_with_the_credits_of_a_customer(
    give, room, stay, visitor, owner_actor, now, left
) -> None:
    credit = give()

    booked = book_space(
        room,
        stay=stay,
        booker=booker_of(owner_actor),
        visitor=visitor,
        actor=owner_actor,
        now=now,
        with_credits=True,
    )

    assert (booked.state, left(credit)) == (ReservationState.CONFIRMED, 540)


def test_a_stay_is_paid_with_credits_or_a_voucher(
    give, hold, put, book, booker, owner_actor, now, left
) -> None:
    credit = give(30)
    create_voucher(actor=owner_actor, code="ESTATE", percent=25)
    held = put(hold())

    with pytest.raises(CreditsWithVoucher):
        put_voucher_on_hold(held, code="ESTATE", booker=booker, now=now)
    with pytest.raises(CreditsWithVoucher):
        book(held, voucher="ESTATE")
    held = put(held, use=False)
    put_voucher_on_hold(held, code="ESTATE", booker=booker, now=now)
    with pytest.raises(CreditsWithVoucher) as refused:
        put(access_hold(booker, held.public_id))

    assert (refused.value.field, left(credit)) == ("pay_with_credits", 30)


def test_a_series_is_not_paid_with_credits(
    give, hold, put, stay, booker, visitor, contact_actor, make_space, now
) -> None:
    later = make_space(name="Dopo", payment=PaymentRule.PAY_LATER, hourly_minor=500)
    give()
    held = put(hold(space=later))
    wanted = SeriesPlan(
        space=later,
        stay=stay,
        pattern=Pattern(frequency=Frequency.DAILY, every=1, count=2),
        hold=access_hold(booker, held.public_id),
    )

    with pytest.raises(CreditsNotRepeated):
        book_series(wanted, booker=booker, visitor=visitor, actor=contact_actor, now=now)
