"""Every method of every endpoint, called by everybody who must not see what it shows."""

from __future__ import annotations

import pytest
from django.test import Client

from portals.api.tokens import issue_tokens
from portals.tests.isolation.cases import API
from portals.tests.isolation.walk import Answer, call_endpoints
from portals.tests.isolation.world import World
from spotex.kernel.actor import Actor, Via
from spotex.kernel.tenancy import agency_scope
from tenants.access import actor_of_member, system_actor
from tenants.customers.access import actor_of_contact
from tenants.customers.models import Contact
from tenants.hosts import snapshot_of
from tenants.models import Agency, Membership, User
from tenants.permissions import CONTACT_PERMISSIONS, ROLE_PERMISSIONS, Permission
from tenants.services.accounts import mark_email_verified
from tenants.services.suspension import suspend_agency
from tenants.states import ContactRole, Role

HOSTS_OF_ACME = ("api.localhost", "acme.agency.localhost")
CONTACT_HOSTS = ("api.localhost", "acme.customers.localhost")
OK = {200, 201, 202, 204}


def _token(user: User, actor: Actor) -> str:
    mark_email_verified(user)
    return issue_tokens(user, actor=actor)["access"]


def _contact_token(contact: Contact, agency: Agency) -> str:
    actor = actor_of_contact(contact, agency=snapshot_of(agency), via=Via.API)
    return _token(contact.user, actor)


def _call(world: World, *, token: str = "", host: str = "api.localhost") -> list[Answer]:
    client = Client(HTTP_HOST=host)
    return list(call_endpoints(client, token=token, cases=API, world=world))


def _wrong(statuses: set[int], answers: list[Answer]) -> list[str]:
    return [str(one) for one in answers if one.status not in statuses or one.leaks or one.ticket]


def _foreign(answers: list[Answer]) -> list[Answer]:
    return [one for one in answers if API[one.name].ids and not API[one.name].own]


@pytest.mark.parametrize("host", HOSTS_OF_ACME)
def test_the_owner_reaches_every_method(
    world: World, owner: User, owner_actor: Actor, host: str
) -> None:
    answers = _call(world, token=_token(owner, owner_actor), host=host)

    unreached = [str(one) for one in answers if one.status not in OK]
    assert unreached == ["DELETE auth-session-detail: 404"]
    assert sum(one.leaks for one in answers) > 12
    assert {one.name for one in answers if one.ticket} == {"operation-events", "space-stream"}


@pytest.mark.parametrize("host", ["api.localhost", "acme.agency.localhost", "www.localhost"])
def test_without_a_token_there_is_nothing(world: World, host: str) -> None:
    assert _wrong({401}, _call(world, host=host)) == []


@pytest.mark.parametrize("token", ["x", "eyJhbGciOiJub25lIn0.eyJ1c2VyIjoxfQ.", "\x00"])
def test_a_forged_token_is_no_token(world: World, token: str) -> None:
    assert _wrong({401}, _call(world, token=token)) == []


def test_another_agencys_token_finds_none_of_these_ids(
    world: World, other_owner: User, other_actor: Actor
) -> None:
    answers = _call(world, token=_token(other_owner, other_actor))

    assert _wrong({404}, _foreign(answers)) == []
    assert [str(one) for one in answers if one.leaks] == []
    assert len(_foreign(answers)) > 15


@pytest.mark.parametrize("host", ["acme.agency.localhost", "acme.customers.localhost"])
def test_another_agencys_token_is_refused_on_this_agencys_hosts(
    world: World, other_owner: User, other_actor: Actor, host: str
) -> None:
    answers = _call(world, token=_token(other_owner, other_actor), host=host)

    assert _wrong({403}, answers) == []


def test_a_members_token_is_refused_on_the_customers_host(
    world: World, owner: User, owner_actor: Actor
) -> None:
    answers = _call(world, token=_token(owner, owner_actor), host="acme.customers.localhost")

    assert _wrong({403}, answers) == []


def test_a_contacts_token_is_refused_on_the_agencys_host(world: World, agency: Agency) -> None:
    token = _contact_token(world.contact, agency)

    assert _wrong({403}, _call(world, token=token, host="acme.agency.localhost")) == []


@pytest.mark.parametrize("host", CONTACT_HOSTS)
def test_another_customers_contact_finds_none_of_these_ids(
    world: World, neighbour: Contact, agency: Agency, host: str
) -> None:
    answers = _call(world, token=_contact_token(neighbour, agency), host=host)

    foreign = [one for one in _foreign(answers) if not API[one.name].for_all]
    assert _wrong({404}, foreign) == []
    assert [str(one) for one in answers if one.leaks] == []


def test_another_agencys_contact_finds_none_of_these_ids(
    world: World, foreign_contact: Contact, other_agency: Agency
) -> None:
    answers = _call(world, token=_contact_token(foreign_contact, other_agency))

    assert _wrong({404}, _foreign(answers)) == []
    assert [str(one) for one in answers if one.leaks] == []


def _expected(one: Answer, allowed: frozenset[Permission]) -> set[int]:
    needed = API[one.name].needs[one.method]
    if one.name == "auth-session-detail":
        return {404}
    return OK if needed is None or needed in allowed else {403}


def test_a_viewer_only_looks(world: World, viewer: User, viewer_actor: Actor) -> None:
    answers = _call(world, token=_token(viewer, viewer_actor))

    for one in answers:
        assert one.status in _expected(one, ROLE_PERMISSIONS[Role.VIEWER]), str(one)


@pytest.mark.parametrize("role", ContactRole)
def test_a_contact_does_what_the_role_allows(
    world: World, agency: Agency, role: ContactRole
) -> None:
    with agency_scope(agency):
        Contact.objects.filter(pk=world.contact.pk).update(role=role)
        contact = Contact.objects.select_related("customer", "user").get(pk=world.contact.pk)

    answers = _call(world, token=_contact_token(contact, agency))

    for one in answers:
        expected = _expected(one, CONTACT_PERMISSIONS[role])
        case = API[one.name]
        hidden = case.ids.get("customer_id") == "archived" or (case.ids and case.agency_only)
        assert one.status in expected | ({404} if hidden else set()), str(one)


def test_a_suspended_agency_pays_first(
    world: World, owner: User, owner_actor: Actor, agency: Agency
) -> None:
    token = _token(owner, owner_actor)
    suspend_agency(agency, actor=system_actor(agency), reason="unpaid")

    for host in HOSTS_OF_ACME:
        assert _wrong({402}, _call(world, token=token, host=host)) == []


def test_a_removed_member_is_out_at_once(world: World, viewer: User, viewer_actor: Actor) -> None:
    token = _token(viewer, viewer_actor)
    Membership.objects.filter(user=viewer).delete()

    assert _wrong({401, 403}, _call(world, token=token)) == []


def test_a_deactivated_person_is_out_at_once(world: World, owner: User, owner_actor: Actor) -> None:
    token = _token(owner, owner_actor)
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert _wrong({401}, _call(world, token=token)) == []


def test_a_role_is_looked_up_for_every_call(
    world: World, colleague: User, colleague_actor: Actor, agency: Agency
) -> None:
    member = Membership.objects.get(user=colleague)
    strong = actor_of_member(member, agency=snapshot_of(agency), via=Via.API)
    token = _token(colleague, strong)
    Membership.objects.filter(pk=member.pk).update(role=Role.VIEWER)

    answers = _call(world, token=token)

    for one in answers:
        assert one.status in _expected(one, ROLE_PERMISSIONS[Role.VIEWER]), str(one)
