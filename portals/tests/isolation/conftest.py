"""The planted world and those who must not see it."""

from __future__ import annotations

import pytest

from hosting.drivers.choice import find_engine
from portals.tests.isolation.world import World, build_world
from spotex.kernel.actor import Actor
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Contact
from tenants.customers.tests.factories import ContactFactory
from tenants.models import Agency, Plan


@pytest.fixture
def world(agency: Agency, owner_actor: Actor) -> World:
    """Everything of one customer, planted in the first agency."""
    find_engine("fake").reset()
    return build_world(agency, actor=owner_actor)


@pytest.fixture
def neighbour(agency: Agency, world: World) -> Contact:
    """Administrator of another customer of the same agency."""
    with agency_scope(agency):
        return ContactFactory(active=True, role="ADMIN")


@pytest.fixture
def foreign_contact(other_agency: Agency, world: World) -> Contact:
    """Administrator of a customer of the other agency."""
    with agency_scope(other_agency):
        return ContactFactory(active=True, role="ADMIN")


@pytest.fixture(autouse=True)
def _unlimited(settings, db: None) -> None:
    """Let a walk call more addresses in a minute than a plan or a stranger may."""
    settings.SPOTEX_API_ANONYMOUS_PER_MINUTE = -1
    Plan.objects.update(api_requests_per_minute=-1)
