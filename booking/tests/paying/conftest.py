"""Rooms that are paid first or later, and bills for them."""

from __future__ import annotations

import pytest

from booking.models import Reservation
from booking.services.payments import (
    open_reservation_payment,
)
from booking.services.reservations import Visitor, book_space
from booking.states import PaymentRule
from booking.tests.paying.money import HOUR_PRICE
from tenants.billing.models import Payment


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
def later(make_space):
    """A room that is paid later."""
    return make_space(name="Dopo", payment=PaymentRule.PAY_LATER, hourly_minor=HOUR_PRICE)


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
