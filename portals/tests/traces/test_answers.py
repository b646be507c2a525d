"""Every answer of an agency's hosts: pages, API, errors; content, headers and cookies."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import set_urlconf

from conftest import ClientFor
from portals.api.tokens import issue_tokens
from portals.shared.errors import error_page
from portals.tests.isolation.cases import AGENCY_PAGES, API, CUSTOMER_PAGES
from portals.tests.isolation.walk import Answer, call_endpoints, call_pages, list_pages
from portals.tests.isolation.world import World
from portals.tests.traces.conftest import OWN_HOSTS
from portals.tests.traces.walk import call_open_pages
from portals.tests.traces.words import find_traces
from spotex.kernel.actor import Actor, Via
from tenants.access import system_actor
from tenants.customers.access import actor_of_contact
from tenants.hosts import host_of, snapshot_of
from tenants.models import Agency, User
from tenants.services.accounts import mark_email_verified
from tenants.services.suspension import suspend_agency
from tenants.states import PortalName

pytestmark = pytest.mark.django_db

PORTALS = [PortalName.AGENCY, PortalName.CUSTOMER]
CASES = {"agency": AGENCY_PAGES, "customer": CUSTOMER_PAGES}
ERRORS = sorted(
    path.stem for path in Path(django_settings.BASE_DIR, "templates", "errors").glob("*.html")
)


def _traces(answers: list[Answer]) -> list[str]:
    return [f"{one}: {found}" for one in answers for found in find_traces(one.seen)]


@pytest.fixture(params=["platform", "own"])
def client_on(request, client_for: ClientFor, agency: Agency) -> ClientFor:
    """Return clients on the platform's hosts, then on the agency's own."""

    def make(user: User | None = None, *, portal: PortalName) -> Client:
        client = client_for(user, portal=portal)
        own = request.param == "own"
        client.defaults["HTTP_HOST"] = OWN_HOSTS[portal] if own else host_of(agency.slug, portal)
        return client

    return make


@pytest.mark.parametrize("portal", PORTALS)
def test_pages_of_those_who_are_signed_in(
    stage: World, client_on: ClientFor, owner: User, portal: PortalName
) -> None:
    user = owner if portal == PortalName.AGENCY else stage.contact.user
    client = client_on(user, portal=portal)
    is_own = client.defaults["HTTP_HOST"] == OWN_HOSTS[portal]

    answers = []
    for language in ("it", "en") if is_own else ("en",):
        client.cookies["language"] = language
        answers += call_pages(client, portal=portal, cases=CASES[portal], world=stage)

    assert {one.name for one in answers} == set(list_pages(portal))
    assert len([one for one in answers if one.status == 200]) > len(answers) / 3
    assert _traces(answers) == []


@pytest.mark.parametrize("portal", PORTALS)
def test_pages_and_documents_for_everybody(
    stage: World, client_on: ClientFor, agency: Agency, portal: PortalName
) -> None:
    client = client_on(portal=portal)
    client.raise_request_exception = False  # a fault has a page, too

    answers = list(call_open_pages(client, portal=portal, agency=snapshot_of(agency)))

    shown = {one.name for one in answers if one.status == 200}
    assert {"account_login", "account_reset_password", "brand-css", "openapi", "docs"} <= shown
    assert _traces(answers) == []


@pytest.mark.parametrize("portal", PORTALS)
def test_the_api(stage: World, agency: Agency, owner_actor: Actor, portal: PortalName) -> None:
    person, actor = User.objects.get(email="owner@acme.test"), owner_actor
    if portal == PortalName.CUSTOMER:
        person = stage.contact.user
        actor = actor_of_contact(stage.contact, agency=snapshot_of(agency), via=Via.API)
    mark_email_verified(person)
    token = issue_tokens(person, actor=actor)["access"]

    client = Client(HTTP_HOST=OWN_HOSTS[portal])
    answers = list(call_endpoints(client, token=token, cases=API, world=stage))
    answers += list(call_endpoints(client, token="bad", cases=API, world=stage))

    assert {one.status for one in answers} >= {200, 401}
    assert _traces(answers) == []


@pytest.mark.parametrize("portal", PORTALS)
def test_error_pages(stage: World, client_for: ClientFor, portal: PortalName) -> None:
    request = client_for(portal=portal).get("/accounts/login/").wsgi_request
    set_urlconf(request.urlconf)
    found = []
    for name in ERRORS:
        status = int(name) if name.isdigit() else 403
        for path, htmx in (("/x", ""), ("/api/v1/x", ""), ("/x", "true")):
            request.path = path
            request.META["HTTP_HX_REQUEST"] = htmx
            request.__dict__.pop("headers", None)
            response = error_page(
                request, status=status, code="x", message="Nein", template=f"errors/{name}.html"
            )
            assert response.status_code == status
            found += find_traces(response.content.decode() + str(response.headers))

    set_urlconf(None)
    assert len(ERRORS) > 10
    assert found == []


@pytest.mark.parametrize("portal", PORTALS)
def test_a_suspended_agency(
    stage: World, client_for: ClientFor, agency: Agency, portal: PortalName
) -> None:
    suspend_agency(agency, actor=system_actor(agency), reason="unpaid")
    client = client_for(portal=portal)

    answers = [client.get("/"), client.get("/api/v1/customers")]

    assert [answer.status_code for answer in answers] == [403, 402]
    assert [find_traces(answer.content.decode() + str(answer.headers)) for answer in answers] == [
        [],
        [],
    ]


def test_what_is_in_front_of_the_portals(stage: World) -> None:
    found = []
    for host in ("customers.portale.test", "nobody.test", "x.customers.portale.test"):
        for path in ("/", "/accounts/login/", "/nothing", "/static/nothing.css"):
            response = Client(HTTP_HOST=host).get(path)
            found += find_traces(response.content.decode() + str(response.headers))

    assert found == []
