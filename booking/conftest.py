"""A place with rooms, open on working days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from booking.bookers import Booker, booker_of
from booking.models import Location, Space
from booking.opening import Hours
from booking.periods import Period
from booking.services.locations import create_location
from booking.services.spaces import create_space
from spotex.kernel.actor import Actor
from tenants.models import Agency

StayMaker = Callable[..., Period]
SpaceMaker = Callable[..., Space]

WEEK = [Hours(weekday=day, opens=8 * 60, closes=20 * 60) for day in range(7)]


@pytest.fixture
def location(in_agency: Agency, owner_actor: Actor) -> Location:
    """A house of the agency, open every day from eight to eight, by the clock of UTC."""
    return create_location(
        actor=owner_actor,
        name="Casa Acme",
        time_zone="Etc/UTC",
        opening_hours=WEEK,
        keeps_holidays=False,
    )


@pytest.fixture
def make_space(location: Location, owner_actor: Actor) -> SpaceMaker:
    """Return ``make_space(**fields)``: a room that is free of charge."""

    def make(**fields) -> Space:
        return create_space(
            **{"actor": owner_actor, "location": location, "name": "Sala Blu", **fields}
        )

    return make


@pytest.fixture
def space(make_space: SpaceMaker) -> Space:
    """A room for an hour and more."""
    return make_space()


@pytest.fixture
def now() -> datetime:
    """The present moment."""
    return timezone.now()


@pytest.fixture
def make_stay(now: datetime) -> StayMaker:
    """Return ``make_stay(hour, hours=1, day=1)``: a time on one of the days to come."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)

    def make(hour: float = 10, *, hours: float = 1, day: int = 1) -> Period:
        start = midnight + timedelta(days=day, hours=hour)
        return Period(start=start, end=start + timedelta(hours=hours))

    return make


@pytest.fixture
def stay(make_stay: StayMaker) -> Period:
    """Tomorrow from ten to eleven."""
    return make_stay()


@pytest.fixture
def booker(contact_actor: Actor) -> Booker:
    """The contact, as somebody who books."""
    return booker_of(contact_actor)


@pytest.fixture
def rival() -> Booker:
    """A guest who wants the same."""
    return Booker(key="guest_rival", name="Rita Rivale", email="rita@rivale.test", is_guest=True)
