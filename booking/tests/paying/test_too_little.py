"""Amounts that no card pays."""

from __future__ import annotations

import pytest

from booking.models import Reservation
from booking.services.moving import move_reservation
from booking.services.payments import open_reservation_payment
from booking.services.reservations import Visitor, book_space
from booking.services.tills import TooLittleForCard, is_too_little
from booking.states import PaymentRule
from tenants.billing.models import Payment
from tenants.models import PaymentAccount
from tenants.payment_providers import PaymentProvider


@pytest.fixture
def reservation(make_space, stay, booker, contact_actor, now) -> Reservation:
    """An hour for 30 cents."""
    return book_space(
        make_space(payment=PaymentRule.PAY_LATER, hourly_minor=30, name="Sala piccola"),
        stay=stay,
        booker=booker,
        visitor=Visitor(name="Gino", email="gino@trattoria.test"),
        actor=contact_actor,
        now=now,
    )


def test_no_till_is_opened_for_it(reservation, contact_actor, now) -> None:
    with pytest.raises(TooLittleForCard, match="on the spot"):
        open_reservation_payment(reservation, actor=contact_actor, now=now)

    assert not Payment.objects.exists()


def test_a_bank_transfers_it(reservation, agency, contact_actor, now) -> None:
    PaymentAccount.objects.create(agency=agency, provider=PaymentProvider.BANK_TRANSFER)

    assert open_reservation_payment(reservation, actor=contact_actor, now=now)[0].amount_minor == 30


@pytest.mark.parametrize(("amount", "said"), [(0, False), (49, True), (50, False)])
def test_half_a_euro_is_enough(agency, amount, said) -> None:
    assert is_too_little(amount, agency_id=agency.pk) is said


def test_what_costs_so_little_elsewhere_is_moved_there_and_paid_on_the_spot(
    reservation, make_space, stay, booker, contact_actor, now
) -> None:
    prepaid = make_space(payment=PaymentRule.PREPAID, hourly_minor=40, name="Sala oro")

    moved = move_reservation(
        reservation, space=prepaid, stay=stay, booker=booker, actor=contact_actor, now=now
    )

    assert (moved.payment_rule, moved.total_minor) == (PaymentRule.PAY_LATER, 40)
