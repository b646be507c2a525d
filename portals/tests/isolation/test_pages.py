"""Every page of both portals, called by everybody who must not see what it shows."""

from __future__ import annotations

import pytest
from django.test import Client

from conftest import ClientFor
from portals.tests.isolation.cases import AGENCY_PAGES, CUSTOMER_PAGES
from portals.tests.isolation.walk import Answer, call_pages, list_pages
from portals.tests.isolation.world import World
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.customers.models import Contact
from tenants.models import Agency, User
from tenants.permissions import CONTACT_PERMISSIONS, ROLE_PERMISSIONS
from tenants.services.suspension import suspend_agency
from tenants.states import ContactRole, PortalName, Role


def _walk_agency(client: Client, world: World) -> list[Answer]:
    return list(call_pages(client, portal="agency", cases=AGENCY_PAGES, world=world))


def _walk_customer(client: Client, world: World) -> list[Answer]:
    return list(call_pages(client, portal="customer", cases=CUSTOMER_PAGES, world=world))


def _not(statuses: set[int], answers: list[Answer]) -> list[str]:
    return [str(one) for one in answers if one.status not in statuses or one.leaks or one.ticket]


def _to_login(answers: list[Answer]) -> bool:
    return all(one.location.startswith("/accounts/login/?next=") for one in answers)


def test_the_owner_reaches_every_page(world: World, client_for: ClientFor, owner: User) -> None:
    answers = _walk_agency(client_for(owner), world)

    assert [str(one) for one in answers if one.status not in {200, 204, 302}] == []
    assert [str(one) for one in answers if one.location.startswith("/accounts/")] == []
    assert sum(one.leaks for one in answers) > 12
    assert {one.name for one in answers if one.ticket} >= {"live-sites", "live-operation"}
    assert {one.name for one in answers} == set(AGENCY_PAGES)


def test_the_contact_reaches_every_page(world: World, client_for: ClientFor) -> None:
    client = client_for(world.contact.user, portal=PortalName.CUSTOMER)

    answers = _walk_customer(client, world)

    assert [str(one) for one in answers if one.status not in {200, 204, 302}] == []
    assert [str(one) for one in answers if one.location.startswith("/accounts/")] == []
    assert sum(one.leaks for one in answers) > 5
    assert {one.name for one in answers} == set(CUSTOMER_PAGES)


@pytest.mark.parametrize("portal", [PortalName.AGENCY, PortalName.CUSTOMER])
def test_strangers_are_sent_to_the_sign_in_page(
    world: World, client_for: ClientFor, portal: PortalName
) -> None:
    walk = _walk_agency if portal == PortalName.AGENCY else _walk_customer

    answers = walk(client_for(portal=portal), world)

    assert _not({302}, answers) == []
    assert _to_login(answers)


@pytest.mark.parametrize("portal", [PortalName.AGENCY, PortalName.CUSTOMER])
def test_a_cookie_of_another_host_is_no_session(
    world: World,
    client_for: ClientFor,
    other_owner: User,
    other_agency: Agency,
    portal: PortalName,
) -> None:
    cookies = client_for(other_owner, agency=other_agency).cookies
    client = client_for(portal=portal)
    client.cookies = cookies
    walk = _walk_agency if portal == PortalName.AGENCY else _walk_customer

    answers = walk(client, world)

    assert _not({302}, answers) == []
    assert _to_login(answers)


@pytest.mark.parametrize("portal", [PortalName.AGENCY, PortalName.CUSTOMER])
def test_people_without_a_role_here_see_nothing(
    world: World,
    client_for: ClientFor,
    other_owner: User,
    stranger: User,
    portal: PortalName,
) -> None:
    walk = _walk_agency if portal == PortalName.AGENCY else _walk_customer

    for user in (other_owner, stranger):
        answers = walk(client_for(user, portal=portal), world)

        assert _not({403}, answers) == []


def test_a_contact_has_no_place_in_the_agency_portal(world: World, client_for: ClientFor) -> None:
    answers = _walk_agency(client_for(world.contact.user), world)

    assert _not({403}, answers) == []


def test_a_member_has_no_place_in_the_customer_portal(
    world: World, client_for: ClientFor, owner: User
) -> None:
    answers = _walk_customer(client_for(owner, portal=PortalName.CUSTOMER), world)

    assert _not({403}, answers) == []


def test_another_agencys_owner_finds_none_of_these_ids(
    world: World, client_for: ClientFor, other_owner: User, other_agency: Agency
) -> None:
    answers = _walk_agency(client_for(other_owner, agency=other_agency), world)

    with_ids = [one for one in answers if AGENCY_PAGES[one.name].ids]
    assert _not({404}, with_ids) == []
    assert [str(one) for one in answers if one.leaks] == []
    assert len(with_ids) > 20


def test_another_agencys_contact_finds_none_of_these_ids(
    world: World, client_for: ClientFor, foreign_contact: Contact, other_agency: Agency
) -> None:
    client = client_for(foreign_contact.user, portal=PortalName.CUSTOMER, agency=other_agency)

    answers = _walk_customer(client, world)

    with_ids = [one for one in answers if CUSTOMER_PAGES[one.name].ids]
    assert _not({404}, with_ids) == []
    assert [str(one) for one in answers if one.leaks] == []


def test_another_customers_contact_finds_none_of_these_ids(
    world: World, client_for: ClientFor, neighbour: Contact
) -> None:
    client = client_for(neighbour.user, portal=PortalName.CUSTOMER)

    answers = _walk_customer(client, world)

    with_ids = [one for one in answers if CUSTOMER_PAGES[one.name].ids]
    assert _not({404}, with_ids) == []
    assert [str(one) for one in answers if one.leaks] == []
    assert {one.status for one in answers if one.name == "customer-choose"} == {404}


def test_a_viewer_only_looks(world: World, client_for: ClientFor, viewer: User) -> None:
    routes = list_pages("agency")
    allowed = ROLE_PERMISSIONS[Role.VIEWER]

    answers = _walk_agency(client_for(viewer), world)

    for one in answers:
        mark = routes[one.name].view.portal_access.permission
        asked = AGENCY_PAGES[one.name].needs.get(one.method, mark)
        expected = {200, 204, 302} if asked is None or asked in allowed else {403}
        if AGENCY_PAGES[one.name].own and AGENCY_PAGES[one.name].ids:
            expected = {404}  # somebody else's device or feed
        assert one.status in expected, str(one)


def test_a_contact_who_views_only_looks(
    world: World, client_for: ClientFor, agency: Agency
) -> None:
    routes = list_pages("customer")
    allowed = CONTACT_PERMISSIONS[ContactRole.VIEWER]
    with agency_scope(agency):
        Contact.objects.filter(pk=world.contact.pk).update(role=ContactRole.VIEWER)

    answers = _walk_customer(client_for(world.contact.user, portal=PortalName.CUSTOMER), world)

    for one in answers:
        mark = routes[one.name].view.portal_access.permission
        asked = CUSTOMER_PAGES[one.name].needs.get(one.method, mark)
        expected = {200, 204, 302} if asked is None or asked in allowed else {403}
        assert one.status in expected, str(one)


def test_a_suspended_agency_shows_everybody_the_notice(
    world: World, client_for: ClientFor, owner: User, agency: Agency
) -> None:
    suspend_agency(agency, actor=system_actor(agency), reason="unpaid")

    agency_answers = _walk_agency(client_for(owner), world)
    client = client_for(world.contact.user, portal=PortalName.CUSTOMER)
    customer_answers = _walk_customer(client, world)

    assert _not({403}, agency_answers) == []
    assert _not({403}, customer_answers) == []
