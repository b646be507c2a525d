"""A host leads to a portal or to a site, never to both, whoever was first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from hosting.models import Site
from hosting.operations.models import SiteRoute
from hosting.services import create_site
from hosting.services.creation import HostNameTaken
from spotex.kernel.actor import Actor, Via
from spotex.kernel.locks import Busy
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants import host_claims
from tenants.access import system_actor
from tenants.customers.models import Customer
from tenants.domain_names import challenge_name, challenge_value
from tenants.drivers.dns import RecordKind
from tenants.drivers.dns_double import WORLD
from tenants.host_claims import lock_host
from tenants.models import Agency, Domain, Plan, User
from tenants.services.agencies import create_agency
from tenants.services.domain_checks import check_domain
from tenants.services.domains import DomainTaken, add_domain
from tenants.states import DomainState, Tier
from tenants.tests.factories import NOON
from tenants.tests.threads import run_together

NAME = "clienti.acme.it"
SITE = {"name": "Sito", "title": "Sito", "admin_email": "a@sito.test", "deploy": False}


@pytest.fixture(autouse=True)
def room(db: None) -> Iterator[None]:
    """Room for domains; no records afterwards."""
    Plan.objects.update(custom_domains=10)
    yield
    WORLD.records.clear()


def _ask_for(agency: Agency, name: str = NAME) -> Domain:
    """Add a domain and set its records."""
    with agency_scope(agency):
        domain = add_domain(actor=system_actor(agency), domain=name, portal="customer", at=NOON)
    WORLD.put(challenge_name(name), RecordKind.TXT, challenge_value(domain.challenge))
    WORLD.put(name, RecordKind.A, "192.0.2.10")
    return domain


def _check(domain: Domain) -> Domain:
    with agency_scope(PUBLIC_SCHEMA):
        checked = check_domain(domain.public_id, at=NOON)
    assert checked is not None
    return checked


@pytest.mark.usefixtures("in_agency")
def test_a_sites_host_is_no_portals(
    make_site, owner_actor: Actor, other_agency: Agency, other_actor: Actor
) -> None:
    make_site(host_name=NAME)

    with pytest.raises(DomainTaken, match="One of your sites"):
        add_domain(actor=owner_actor, domain=NAME, portal="customer", at=NOON)
    with agency_scope(other_agency), pytest.raises(DomainTaken, match="write to support"):
        add_domain(actor=other_actor, domain=NAME, portal="customer", at=NOON)


def test_a_site_that_came_meanwhile_keeps_its_host(
    agency: Agency, make_site, other_agency: Agency
) -> None:
    domain = _ask_for(other_agency)
    site = make_site(host_name=NAME)

    refused = _check(domain)
    SiteRoute.objects.filter(site=site.public_id, host=NAME).delete()
    free = _check(domain)

    assert (refused.state, refused.findings[0]["code"]) == (DomainState.PENDING, "taken")
    assert free.state == DomainState.LIVE


@pytest.mark.parametrize("host", [NAME, f"www.{NAME}", f"a.b.{NAME}"])
def test_below_what_another_agency_proved_nobody_has_a_site(
    make_site, other_agency: Agency, host: str
) -> None:
    _check(_ask_for(other_agency))

    with pytest.raises(HostNameTaken):
        make_site(host_name=host)

    assert not SiteRoute.objects.exists()


def test_below_what_the_agency_itself_proved_it_may(agency: Agency, make_site) -> None:
    _check(_ask_for(agency))

    below = make_site(host_name=f"www.{NAME}")

    assert below.host_name == f"www.{NAME}"
    with pytest.raises(HostNameTaken):
        make_site(host_name=NAME)


def test_beside_and_above_what_another_agency_proved_it_may(
    make_site, other_agency: Agency
) -> None:
    _check(_ask_for(other_agency))

    assert make_site(host_name="acme.it").host_name == "acme.it"
    assert make_site(host_name=f"x-{NAME}").host_name == f"x-{NAME}"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(5))
def test_of_a_proof_and_a_site_at_the_same_moment_one_wins(number: int) -> None:
    Plan.objects.update(custom_domains=10)
    agency = Agency.objects.select_related("plan").get(slug="acme")
    name = f"race-{number}.acme.it"
    owner = User.objects.get(email="owner@acme.test")
    rival = create_agency(
        name="Rivale", slug="rivale", tier=Tier.STANDARD, owner=owner, via=Via.COMMAND
    )
    domain = _ask_for(rival, name)  # two agencies: no row of theirs makes one wait for the other
    with agency_scope(agency):
        customer = Customer.objects.create(name="Gino", email="g@gino.test")

    def act(which: int) -> object:
        if which:
            return _check(domain).state
        with agency_scope(agency):
            return create_site(
                actor=system_actor(agency), customer=customer, **SITE, host_name=name
            )

    site, state = run_together(2, act)

    won = sorted([isinstance(site, Site), state == DomainState.LIVE])
    assert won == [False, True], (site, state)
    assert isinstance(site, Site | HostNameTaken)
    assert state in {DomainState.LIVE, DomainState.PENDING}


@pytest.mark.django_db(transaction=True)
def test_a_host_that_somebody_takes_for_too_long_is_busy(monkeypatch) -> None:
    monkeypatch.setattr(host_claims, "WAIT_MILLISECONDS", 50)

    def take() -> None:
        with transaction.atomic():
            lock_host(NAME)

    with transaction.atomic():
        lock_host(NAME)
        (refused,) = run_together(1, lambda _number: take())

    assert isinstance(refused, Busy)
    take()
