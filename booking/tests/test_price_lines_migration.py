from __future__ import annotations

from importlib import import_module

import pytest
from django.db import connection

from booking.models import Reservation
from booking.prices import PriceLine
from booking.services.reservations import Visitor, book_space
from booking.states import PaymentRule

NAME_KINDS = import_module("booking.migrations.0003_price_lines_by_kind").NAME_KINDS


@pytest.fixture
def book(make_space, booker, contact_actor, now):
    paid = make_space(payment=PaymentRule.PAY_LATER, hourly_minor=2_000)

    def make(stay) -> Reservation:
        visitor = Visitor(name="Gino", email="gino@trattoria.test")
        given = {"booker": booker, "visitor": visitor, "actor": contact_actor, "now": now}
        return book_space(paid, stay=stay, **given)

    return make


def test_prices_of_the_first_days_are_read(book, make_stay) -> None:
    old, new = book(make_stay(9)), book(make_stay(10))
    old.price_lines = [{"minutes": 90, "hourly_minor": 2_000, "amount_minor": 3_000}]
    old.save()

    with connection.cursor() as cursor:
        for _time in range(2):  # again nothing changes
            cursor.execute(NAME_KINDS)

    lines = new.price.lines
    old.refresh_from_db()
    new.refresh_from_db()
    line = PriceLine(kind="HOUR", quantity=90, unit_minor=2_000, amount_minor=3_000)
    assert old.price.lines == (line,)
    assert new.price.lines == lines
