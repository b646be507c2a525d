"""A room that is paid first, and credits to pay for it."""

from __future__ import annotations

from datetime import UTC

import pytest

from booking.access import access_credit, access_hold
from booking.models import Credit, Reservation, Space
from booking.services.credits import grant_credit
from booking.services.hold_credits import put_credits_on_hold
from booking.services.holds import hold_space
from booking.services.packages import create_package
from booking.services.reservations import (
    Visitor,
    book_space,
)
from booking.states import PaymentRule


@pytest.fixture
def room(make_space) -> Space:
    return make_space(
        payment=PaymentRule.PREPAID,
        hourly_minor=1_000,
        free_cancel_hours=6,
        late_refund_percent=50,
        min_minutes=15,
        slot_minutes=15,
    )


@pytest.fixture
def give(in_agency, owner_actor, customer, now):
    """Return ``give(minutes, days=0)``: credits of the customer."""

    def call(minutes=600, *, days=0, customer=customer, spaces=()) -> Credit:
        package = create_package(
            actor=owner_actor, name="Ore", minutes=minutes, valid_days=days, spaces=spaces
        )
        return grant_credit(customer, package=package, actor=owner_actor, now=now, zone=UTC)

    return call


@pytest.fixture
def hold(room, stay, booker, contact_actor, now):
    def call(stay=stay, *, booker=booker, space=room):
        return hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)

    return call


@pytest.fixture
def put(booker, now):
    def call(held, *, use=True, booker=booker, now=now):
        return put_credits_on_hold(held, use=use, booker=booker, now=now)

    return call


@pytest.fixture
def visitor(customer) -> Visitor:
    return Visitor(name="Gino", email="gino@trattoria.test", customer=customer)


@pytest.fixture
def book(room, stay, booker, contact_actor, visitor, now):
    def call(held=None, **changes) -> Reservation:
        held = access_hold(booker, held.public_id) if held else None
        given = {"stay": stay, "booker": booker, "visitor": visitor, "actor": contact_actor}
        wanted = {**given, "now": now, "with_credits": held is None, **changes}
        return book_space(wanted.pop("space", room), **wanted, hold=held)

    return call


@pytest.fixture
def left(owner_actor):
    """Return ``left(credit)``: minutes that can be used now."""
    return lambda credit: access_credit(owner_actor, credit.public_id).left
