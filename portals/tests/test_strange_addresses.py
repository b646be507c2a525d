"""What people put into addresses by mistake or on purpose: nothing of it is a fault of ours."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.test import Client

from portals.tests.routes import Route, list_routes
from tenants.hosts import host_of
from tenants.states import PortalName

pytestmark = pytest.mark.django_db

STRANGE = ("\0", "site_\0", "1", "../../etc/passwd", "%", "site_" + "i" * 26, "é", "x" * 300)
PARAMETERS = dict.fromkeys(("search", "to", "ordering", "state", "page", "tier", "portal"), "\0")
CALM = {200, 302, 400, 401, 403, 404, 405, 422}
HOSTS = {
    "public": "www.localhost",
    "agency": host_of("acme", PortalName.AGENCY),
    "customer": host_of("acme", PortalName.CUSTOMER),
    "api": "api.localhost",
}


def _fill(route: Route, text: str) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", quote(text, safe=""), route.pattern)


def _with_arguments(portal: str) -> list[Route]:
    return [
        route for route in list_routes(portal) if "<" in route.pattern and "(" not in str(route)
    ]


@pytest.mark.parametrize("portal", HOSTS)
def test_strange_ids_are_nothing_at_this_address(portal, owner, contact, client_for) -> None:
    person = {"agency": owner, "customer": contact.user}.get(portal)
    client = client_for(person, portal=PortalName(portal) if person else PortalName.AGENCY)
    client.raise_request_exception = False

    wrong = [
        f"{_fill(route, text)}: {response.status_code}"
        for route in _with_arguments(portal)
        for text in STRANGE
        if (response := client.get(_fill(route, text), headers={"host": HOSTS[portal]}))
        and response.status_code not in CALM
    ]

    assert wrong == []


@pytest.mark.parametrize("portal", ["public", "agency", "customer"])
def test_strange_parameters_are_borne(portal, owner, contact, client_for) -> None:
    person = {"agency": owner, "customer": contact.user}.get(portal)
    client = client_for(person, portal=PortalName(portal) if person else PortalName.AGENCY)
    client.raise_request_exception = False
    routes = [route for route in list_routes(portal) if route.name != "redoc-script"]  # a file
    paths = [f"/{route.pattern}" for route in routes if route.arguments == ()]

    wrong = [
        path
        for path in paths
        if "(" not in path
        and client.get(path, PARAMETERS, headers={"host": HOSTS[portal]}).status_code == 500
    ]

    assert wrong == []


@pytest.mark.parametrize("path", ["/_mail/%00/", "/_mail/1/", "/_mail/mail_%00/"])
def test_the_mailbox_knows_its_own_ids_alone(public_client: Client, path: str) -> None:
    assert public_client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/_mail/", "/_mail/messages.json"])
def test_the_mailbox_looks_for_no_nul(public_client: Client, path: str) -> None:
    assert public_client.get(path, {"to": "\0"}).status_code == 200
