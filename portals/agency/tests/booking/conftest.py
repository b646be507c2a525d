"""An owner at the portal, and people who book."""

from __future__ import annotations

import pytest

from booking.bookers import booker_of
from booking.models import Reservation
from booking.services.reservations import Visitor, book_space
from portals.conftest import stay_in


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def book(space, owner_actor, now, make_stay):
    def make(hour: float = 10, *, space=space, name="Gino Guest", hours=1) -> Reservation:
        return book_space(
            space,
            stay=make_stay(hour, hours=hours),
            booker=booker_of(owner_actor),
            visitor=Visitor(name=name, email="gino@guest.test"),
            actor=owner_actor,
            now=now,
        )

    return make


@pytest.fixture
def tomorrow(make_stay) -> str:
    return make_stay().start.date().isoformat()
