"""A room and a thing that is lent there, three times."""

from __future__ import annotations

import pytest

from booking.access import access_hold
from booking.models import Equipment, Space
from booking.services.equipment import create_equipment
from booking.services.hold_equipment import put_equipment_on_hold
from booking.services.holds import hold_space
from booking.services.moving import move_reservation
from booking.services.reservations import (
    book_space,
)
from booking.states import EquipmentPricing, PaymentRule
from booking.tests.equipment.reading import GUEST


@pytest.fixture
def room(make_space) -> Space:
    return make_space(payment=PaymentRule.PREPAID, hourly_minor=1_000)


@pytest.fixture
def later(make_space) -> Space:
    """A room that is paid later, where there is room for what others do."""
    return make_space(name="Altra", payment=PaymentRule.PAY_LATER, hourly_minor=2_000)


@pytest.fixture
def make(location, owner_actor):
    def call(name: str = "Proiettore", **fields) -> Equipment:
        given = {"pricing": EquipmentPricing.PER_BOOKING, "price_minor": 1_500, "stock": 3}
        return create_equipment(location, actor=owner_actor, name=name, **{**given, **fields})

    return call


@pytest.fixture
def item(make) -> Equipment:
    return make()


@pytest.fixture
def hold(room, stay, booker, contact_actor, now):
    def call(stay=stay, *, booker=booker, space=room, **wanted):
        given = {"stay": stay, "booker": booker, "actor": contact_actor, "now": now}
        return hold_space(space, **given, **wanted)

    return call


@pytest.fixture
def put(booker, now):
    def call(held, wanted, *, booker=booker, now=now):
        named = {one.public_id: quantity for one, quantity in wanted.items()}
        return put_equipment_on_hold(held, wanted=named, booker=booker, now=now)

    return call


@pytest.fixture
def book(room, stay, booker, contact_actor, now):
    def call(held=None, *, booker=booker, **changes):
        held = access_hold(booker, held.public_id) if held else None
        given = {"stay": stay, "booker": booker, "visitor": GUEST, "actor": contact_actor}
        return book_space(changes.pop("space", room), **{**given, "now": now, **changes}, hold=held)

    return call


@pytest.fixture
def move(booker, owner_actor, now):
    def call(reservation, stay, **changes):
        given = {"stay": stay, "booker": booker, "actor": owner_actor, "now": now}
        return move_reservation(reservation, **given, **changes)

    return call
