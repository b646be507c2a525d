"""A room that is paid first, and vouchers for it."""

from __future__ import annotations

import pytest

from booking.access import access_hold
from booking.models import Space, Voucher
from booking.services.hold_vouchers import put_voucher_on_hold
from booking.services.holds import hold_space
from booking.services.reservations import (
    book_space,
)
from booking.services.vouchers import (
    create_voucher,
)
from booking.states import PaymentRule
from booking.tests.vouchers.counting import GUEST


@pytest.fixture
def room(make_space) -> Space:
    return make_space(payment=PaymentRule.PREPAID, hourly_minor=1_000, free_cancel_hours=6)


@pytest.fixture
def make(in_agency, owner_actor):
    def call(code: str = "ESTATE", **fields) -> Voucher:
        fields = fields if {"percent", "amount_minor"} & set(fields) else {**fields, "percent": 25}
        return create_voucher(actor=owner_actor, code=code, **fields)

    return call


@pytest.fixture
def hold(room, stay, booker, contact_actor, now):
    def call(stay=stay, *, booker=booker, space=room):
        return hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)

    return call


@pytest.fixture
def put(booker, now):
    def call(held, code="ESTATE", *, booker=booker, now=now):
        return put_voucher_on_hold(held, code=code, booker=booker, now=now)

    return call


@pytest.fixture
def book(room, stay, booker, contact_actor, now):
    def call(held=None, *, booker=booker, **changes):
        held = access_hold(booker, held.public_id) if held else None
        given = {"stay": stay, "booker": booker, "visitor": GUEST, "actor": contact_actor}
        return book_space(changes.pop("space", room), **{**given, "now": now, **changes}, hold=held)

    return call
