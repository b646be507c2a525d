"""Own domains: asked for, put to use, removed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from conftest import ClientFor
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.limits import LimitExceeded
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.access import access_domain
from tenants.hosts import host_of, portal_host_of, resolve_host, snapshot_of
from tenants.models import Agency, Domain, DueWork, Plan
from tenants.permissions import Permission
from tenants.selectors import list_domains_of
from tenants.services.domains import (
    CHECK,
    CHECKS_PER_MINUTE,
    DomainInvalid,
    DomainStale,
    DomainTaken,
    add_domain,
    change_domain,
    remove_domain,
    renew_portal_hosts,
    request_domain_check,
)
from tenants.services.plans import LimitReached
from tenants.states import DomainState, PortalName
from tenants.tests.factories import NOON

CUSTOMER, AGENCY = PortalName.CUSTOMER, PortalName.AGENCY


@pytest.fixture(autouse=True)
def room(db: None) -> None:
    """Room for ten domains in every plan."""
    Plan.objects.update(custom_domains=10)


def _add(actor: Actor, name: str = "clienti.acme.it", portal: str = CUSTOMER) -> Domain:
    return add_domain(actor=actor, domain=name, portal=portal, at=NOON)


def _make_live(domain: Domain) -> Domain:
    domain.state, domain.verified_at = DomainState.LIVE, NOON
    domain.save()
    renew_portal_hosts(domain.tenant_id)
    return domain


def test_a_domain_is_added_in_its_stored_form_and_will_be_checked(
    in_agency: Agency, owner_actor: Actor
) -> None:
    domain = _add(owner_actor, " Clienti.ACME.it. ")

    assert (domain.domain, domain.state, domain.is_primary) == ("clienti.acme.it", "PENDING", True)
    assert len(domain.challenge) == 40
    work = DueWork.objects.get(kind=CHECK, key=domain.public_id)
    assert (work.due_at, work.agency_id) == (NOON + timedelta(seconds=30), in_agency.pk)
    entry = ActivityEntry.objects.get(event="tenants.domain.added")
    assert entry.details == {"portal": [None, "customer"]}
    assert resolve_host("clienti.acme.it") is None


@pytest.mark.parametrize(
    "name",
    ["1.2.3.4", "it", "acme.local", "x.localhost", "acme.it/x", "a" * 60 + "." + "b" * 300],
)
def test_what_is_no_domain_is_refused_with_a_sentence(
    in_agency: Agency, owner_actor: Actor, name: str
) -> None:
    with pytest.raises(DomainInvalid) as caught:
        _add(owner_actor, name)

    assert caught.value.field == "domain"
    assert not Domain.objects.exists()


def test_the_same_domain_twice_is_refused(in_agency: Agency, owner_actor: Actor) -> None:
    _add(owner_actor)

    with pytest.raises(DomainTaken, match="already"):
        _add(owner_actor, "CLIENTI.acme.it.", AGENCY)


def test_a_claim_without_proof_blocks_nobody(
    in_agency: Agency, owner_actor: Actor, other_agency: Agency, other_actor: Actor
) -> None:
    with agency_scope(other_agency):
        _add(other_actor)

    domain = _add(owner_actor)

    assert domain.state == DomainState.PENDING
    assert Domain.objects.filter(domain="clienti.acme.it").count() == 2


@pytest.mark.parametrize("state", [DomainState.LIVE, DomainState.BROKEN])
def test_a_proved_domain_elsewhere_is_refused_without_a_word_about_whose(
    in_agency: Agency, owner_actor: Actor, other_agency: Agency, state: str
) -> None:
    Domain.objects.create(
        domain="clienti.acme.it",
        tenant=other_agency,
        portal=CUSTOMER,
        state=state,
        verified_at=NOON,
    )

    with pytest.raises(DomainTaken) as caught:
        _add(owner_actor)

    assert other_agency.name not in caught.value.message
    assert caught.value.code == "domain_taken"


def test_the_plan_says_how_many(in_agency: Agency, owner_actor: Actor) -> None:
    Plan.objects.update(custom_domains=1)
    _add(owner_actor)

    with pytest.raises(LimitReached, match="includes 1 own domain, and there is no room left"):
        _add(owner_actor, "zwei.acme.it")


def test_the_first_domain_of_each_portal_is_the_one_for_links(
    in_agency: Agency, owner_actor: Actor
) -> None:
    first, second = _add(owner_actor), _add(owner_actor, "due.acme.it")
    team = _add(owner_actor, "team.acme.it", AGENCY)

    assert (first.is_primary, second.is_primary, team.is_primary) == (True, False, True)


def test_links_use_the_primary_domain_only_while_it_is_live(
    in_agency: Agency, owner_actor: Actor
) -> None:
    domain = _add(owner_actor)
    in_agency.refresh_from_db()
    waiting = portal_host_of(in_agency, CUSTOMER)
    _make_live(domain)
    in_agency.refresh_from_db()

    assert waiting == host_of("acme", CUSTOMER)
    assert portal_host_of(in_agency, CUSTOMER) == "clienti.acme.it"
    assert portal_host_of(snapshot_of(in_agency), CUSTOMER) == "clienti.acme.it"
    assert portal_host_of(in_agency, AGENCY) == host_of("acme", AGENCY)


def test_another_domain_becomes_the_one_for_links(in_agency: Agency, owner_actor: Actor) -> None:
    first = _make_live(_add(owner_actor))
    second = _make_live(_add(owner_actor, "due.acme.it"))

    changed = change_domain(second, actor=owner_actor, is_primary=True)

    first.refresh_from_db()
    in_agency.refresh_from_db()
    assert (changed.is_primary, first.is_primary, first.version) == (True, False, 2)
    assert in_agency.customer_host == "due.acme.it"
    entry = ActivityEntry.objects.get(event="tenants.domain.changed")
    assert entry.details == {"is_primary": [False, True]}


def test_a_domain_that_no_longer_is_for_links(in_agency: Agency, owner_actor: Actor) -> None:
    domain = _make_live(_add(owner_actor))

    change_domain(domain, actor=owner_actor, is_primary=False)

    in_agency.refresh_from_db()
    assert in_agency.customer_host == ""


def test_a_domain_moves_to_the_other_portal_and_makes_room_for_its_primary(
    in_agency: Agency, owner_actor: Actor
) -> None:
    domain = _make_live(_add(owner_actor))
    team = _make_live(_add(owner_actor, "team.acme.it", AGENCY))
    before = resolve_host("clienti.acme.it")

    moved = change_domain(domain, actor=owner_actor, portal=AGENCY)

    in_agency.refresh_from_db()
    assert (before.portal, resolve_host("clienti.acme.it").portal) == (CUSTOMER, AGENCY)
    assert (moved.is_primary, in_agency.customer_host) == (False, "")
    assert in_agency.agency_host == team.domain


def test_an_old_version_is_refused(in_agency: Agency, owner_actor: Actor) -> None:
    domain = _add(owner_actor)
    change_domain(domain, actor=owner_actor, portal=AGENCY, version=1)

    with pytest.raises(DomainStale):
        change_domain(domain, actor=owner_actor, portal=CUSTOMER, version=1)


def test_a_removed_domain_leads_nowhere_and_is_free(
    in_agency: Agency, owner_actor: Actor, other_agency: Agency, other_actor: Actor
) -> None:
    domain = _make_live(_add(owner_actor))
    assert resolve_host("clienti.acme.it") is not None

    remove_domain(domain, actor=owner_actor)

    in_agency.refresh_from_db()
    assert (resolve_host("clienti.acme.it"), in_agency.customer_host) == (None, "")
    assert not DueWork.objects.filter(key=domain.public_id).exists()
    with agency_scope(other_agency):
        assert _add(other_actor).pk
    with pytest.raises(Missing):
        remove_domain(domain, actor=owner_actor)


def test_asking_again_and_again_is_limited(in_agency: Agency, owner_actor: Actor) -> None:
    domain = _add(owner_actor)
    for _ in range(CHECKS_PER_MINUTE):
        domain = request_domain_check(domain, actor=owner_actor, at=NOON + timedelta(minutes=1))

    assert domain.check_requested_at == NOON + timedelta(minutes=1)
    with pytest.raises(LimitExceeded):
        request_domain_check(domain, actor=owner_actor, at=NOON)


def test_who_sees_and_changes_domains(
    in_agency: Agency,
    owner_actor: Actor,
    viewer_actor: Actor,
    contact_actor: Actor,
    other_actor: Actor,
) -> None:
    domain = _add(owner_actor)

    view, manage = Permission.DOMAIN_VIEW, Permission.DOMAIN_MANAGE
    assert access_domain(owner_actor, domain.public_id, permission=manage) == domain
    assert list(list_domains_of(contact_actor)) == []
    for actor in (viewer_actor, contact_actor, other_actor):
        with pytest.raises((Missing, NotAllowed)):
            access_domain(actor, domain.public_id, permission=manage)
    for actor in (contact_actor, other_actor):
        with pytest.raises(Missing):
            access_domain(actor, domain.public_id, permission=view)


def test_a_check_is_asked_for_when_the_change_is_committed(
    client_for: ClientFor, django_capture_on_commit_callbacks, in_agency: Agency, owner_actor: Actor
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        domain = _add(owner_actor)

    domain.refresh_from_db()
    assert domain.checked_at is not None
    assert [one["code"] for one in domain.findings][:2] == ["txt_missing", "name_missing"]
    assert DueWork.objects.get(kind=CHECK, key=domain.public_id).attempts == 0
