"""A calendar elsewhere, on a server that says what a test wants."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.models import OutsideCalendar, Reservation
from booking.services.outside import (
    add_outside_calendar,
    read_outside_calendar,
)
from booking.services.reservations import Visitor, book_space
from booking.tests.outside.calendars import write
from booking.tests.outside_server import serve


@pytest.fixture
def server(settings):
    settings.SPOTEX_TRUSTED_NETWORKS = ["127.0.0.1/32"]
    with serve() as (url, script):
        yield url, script


@pytest.fixture
def calendar(space, server, owner_actor, now) -> OutsideCalendar:
    return add_outside_calendar(space, actor=owner_actor, name="Google", url=server[0], at=now)


@pytest.fixture
def follow(calendar, server, owner_actor, now):
    """Return ``follow(*stays)``: the other calendar says this, and is read."""

    def make(*stays, minutes: float = 0, **more):
        server[1].say(write(*stays, **more))
        return again(minutes=minutes)

    def again(*, minutes: float = 0):
        row = OutsideCalendar.objects.select_related("space__location").get(pk=calendar.pk)
        return read_outside_calendar(row, actor=owner_actor, at=now + timedelta(minutes=minutes))

    make.again = again
    return make


@pytest.fixture
def book(space, booker, contact_actor, now):
    def make(stay, *, space=space) -> Reservation:
        visitor = Visitor(name="Gino", email="gino@trattoria.test")
        return book_space(
            space, stay=stay, booker=booker, visitor=visitor, actor=contact_actor, now=now
        )

    return make
