"""The double engine, and a site in every state it can have."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from hosting.drivers.base import NotAnswering
from hosting.drivers.choice import find_engine
from hosting.drivers.fake import FakeEngine
from hosting.models import Site
from hosting.operations.execution import run_operation
from hosting.operations.models import Operation
from hosting.services import create_site, delete_site, deploy_site, suspend_site
from hosting.states import SiteState
from spotex.kernel.actor import Actor
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer
from tenants.models import Agency

SiteMaker = Callable[..., Site]


@pytest.fixture
def engine(settings) -> Iterator[FakeEngine]:
    """The double that all sites of the test run on; it fails on demand."""
    settings.SPOTEX_SITE_ENGINE = "fake"
    engine = find_engine("fake")
    assert isinstance(engine, FakeEngine)
    engine.reset()
    yield engine
    engine.reset()


@pytest.fixture
def make_site(engine: FakeEngine, agency: Agency, owner_actor: Actor, customer: Customer):
    """Return ``make_site(state=…, **fields)``: a site that came to its state by the services."""

    def make(state: str | None = None, **fields) -> Site:
        given = {
            "name": "Trattoria da Gino",
            "title": "Trattoria da Gino",
            "admin_email": "gino@trattoria.test",
            "deploy": False,
            **fields,
        }
        with agency_scope(agency):
            site = create_site(actor=owner_actor, customer=customer, **given)
        return bring_to(site, state, agency=agency, actor=owner_actor, engine=engine)

    return make


def bring_to(
    site: Site,
    state: str | None,
    *,
    agency: Agency,
    actor: Actor,
    engine: FakeEngine,
) -> Site:
    """Bring a new site to a state by the services and a worker."""
    if state in {None, SiteState.DEPLOYING}:
        return site
    if state == SiteState.ERROR:
        engine.fail("probe", NotAnswering(detail="status 500"))
    site = run(deploy_site, site, agency=agency, actor=actor)
    if state == SiteState.SUSPENDED:
        site = run(suspend_site, site, agency=agency, actor=actor)
    if state == SiteState.DELETING:
        engine.fail("remove", NotAnswering(detail="busy"))
    if state in {SiteState.DELETING, SiteState.DELETED}:
        site = run(delete_site, site, agency=agency, actor=actor)
    return site


def run(service, site: Site, *, agency: Agency, actor: Actor) -> Site:
    """Ask for work on a site and have it worked off."""
    with agency_scope(agency):
        site = service(site, actor=actor)
    run_operation(site.operation)
    return reload_site(site, agency)


def reload_site(site: Site, agency: Agency) -> Site:
    """Return the site as it is in the database."""
    with agency_scope(agency):
        return Site.objects.select_related("customer").get(pk=site.pk)


def operation_of(site: Site) -> Operation:
    """Return the last operation of a site."""
    return Operation.objects.get(public_id=site.operation)
