"""A time that is taken, and people who wait for it."""

from __future__ import annotations

import pytest

from booking.bookers import Booker
from booking.services.cancelling import cancel_reservation
from booking.services.reservations import Visitor, book_space
from booking.services.tending import tend_waiting_list
from booking.services.waiting import (
    Wanted,
    join_waiting_list,
)


@pytest.fixture
def taken(space, stay, rival, owner_actor, now):
    """The reservation for which others wait."""
    visitor = Visitor(name="Rita Rivale", email="rita@rivale.test")
    return book_space(space, stay=stay, booker=rival, visitor=visitor, actor=owner_actor, now=now)


@pytest.fixture
def wait(space, stay, owner_actor, now):
    """Return ``wait("anna")``: somebody waits for the time that is taken."""

    def make(who: str = "anna", *, window=None, minutes=60, space=space, booker=None, **visitor):
        return join_waiting_list(
            space,
            wanted=Wanted(window=window or stay, minutes=minutes),
            booker=booker or Booker(key="", is_guest=True),
            visitor=Visitor(
                **{"name": who.title(), "email": f"{who.title()}@Wait.test ", **visitor}
            ),
            actor=owner_actor,
            now=now,
        )

    return make


@pytest.fixture
def tend(space, owner_actor, now):
    def make(*, space=space, now=now):
        return tend_waiting_list(space, actor=owner_actor, now=now)

    return make


@pytest.fixture
def free(taken, owner_actor, now):
    """Call the reservation off."""
    return lambda: cancel_reservation(taken, actor=owner_actor, now=now)
