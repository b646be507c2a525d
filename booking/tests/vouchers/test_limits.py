"""How often, on which days and where a voucher counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.services.reservations import (
    Visitor,
)
from booking.services.voucher_uses import VoucherUnknown, VoucherUsedUp
from booking.states import PaymentRule


def test_a_limit_in_all_is_kept(make, hold, put, book, make_stay, rival) -> None:
    make(most_uses=1)
    put(hold())

    with pytest.raises(VoucherUsedUp) as refused:
        put(hold(make_stay(14), booker=rival), booker=rival)
    with pytest.raises(VoucherUsedUp):
        book(stay=make_stay(16), booker=rival, voucher="ESTATE")
    assert refused.value.field == "voucher"


def test_a_limit_per_person_counts_addresses(make, book, make_stay, rival) -> None:
    make(most_per_person=1)
    book(voucher="ESTATE")

    with pytest.raises(VoucherUsedUp):
        book(stay=make_stay(14), booker=rival, voucher="ESTATE")
    other = Visitor(name="Rita", email="rita@rivale.test")
    assert (
        book(stay=make_stay(14), booker=rival, visitor=other, voucher="ESTATE").total_minor == 750
    )


def test_who_changes_the_address_after_holding_is_counted_there(
    make, hold, put, book, make_stay, rival
) -> None:
    make(most_per_person=1)
    book(voucher="ESTATE")
    held = put(hold(make_stay(14), booker=rival), booker=rival)

    with pytest.raises(VoucherUsedUp):
        book(held, booker=rival)


@pytest.mark.parametrize(
    "fields",
    [
        {"first_day": timedelta(days=2)},
        {"last_day": timedelta(days=-2)},
    ],
)
def test_on_other_days_it_does_not_count(make, book, now, fields) -> None:
    make(**{name: (now + distance).date() for name, distance in fields.items()})

    with pytest.raises(VoucherUnknown):
        book(voucher="ESTATE")


def test_its_first_and_last_day_are_part_of_it(make, book, now) -> None:
    make(first_day=now.date(), last_day=now.date())

    assert book(voucher="ESTATE").total_minor == 750


def test_it_counts_where_it_should(make, book, make_space, room) -> None:
    other = make_space(name="Altra", payment=PaymentRule.PAY_LATER, hourly_minor=2_000)
    make(spaces=[other])

    with pytest.raises(VoucherUnknown):
        book(voucher="ESTATE")
    assert book(space=other, voucher="ESTATE").total_minor == 1_500


def test_what_is_free_of_charge_needs_none(make, book, hold, put, space) -> None:
    make()

    with pytest.raises(VoucherUnknown):
        book(space=space, voucher="ESTATE")
    with pytest.raises(VoucherUnknown):
        put(hold(space=space))
