from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client
from django.utils import timezone

from conftest import ClientFor
from spotex.kernel.actor import Actor
from tenants.customers.models import Contact
from tenants.models import Agency, Closure, User
from tenants.services.closing import begin_closing
from tenants.states import AgencyState, ClosureState, PortalName, Role
from tenants.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
PAGE = "/settings/data/"
CLOSE = f"{PAGE}close/"


@pytest.fixture
def browser(client_for: ClientFor, owner: User) -> Client:
    return client_for(owner)


@pytest.fixture
def closure(agency: Agency, owner_actor: Actor) -> Closure:
    return begin_closing(
        agency, actor=owner_actor, typed_name=agency.name, at=timezone.now() - timedelta(days=1)
    )


def test_an_owner_ends_the_agency(browser: Client, agency: Agency) -> None:
    offered = browser.get(PAGE)
    asked = browser.get(CLOSE)
    done = browser.post(CLOSE, {"name": "Studio Acme", "reason": "We retire"})
    after = browser.get(PAGE)

    agency.refresh_from_db()
    assert CLOSE.encode() in offered.content
    assert b"30 days" in asked.content
    assert (done.status_code, done["Location"]) == (302, PAGE)
    assert agency.state == AgencyState.CLOSING
    assert b"Everything will be deleted on" in after.content
    assert CLOSE.encode() not in after.content


def test_another_name_is_refused_at_its_field(browser: Client, agency: Agency) -> None:
    answer = browser.post(CLOSE, {"name": "Studio Acm"})

    agency.refresh_from_db()
    assert answer.status_code == 422
    assert b"This is not the name of the agency." in answer.content
    assert agency.state == AgencyState.ACTIVE


def test_who_signed_in_long_ago_proves_it_first(browser: Client, agency: Agency) -> None:
    session = browser.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = []
    session.save()

    asked = browser.get(CLOSE)
    done = browser.post(CLOSE, {"name": agency.name})

    assert asked["Location"].startswith("/accounts/reauthenticate/")
    assert done["Location"].startswith("/accounts/reauthenticate/")
    assert Closure.objects.count() == 0


def test_an_administrator_ends_nothing(client_for: ClientFor, agency: Agency) -> None:
    browser = client_for(MembershipFactory(agency=agency, role=Role.ADMIN).user)

    assert browser.get(CLOSE).status_code == 403
    assert browser.post(f"{PAGE}keep/").status_code == 403


def test_an_owner_takes_it_back(browser: Client, agency: Agency, closure: Closure) -> None:
    answer = browser.post(f"{PAGE}keep/")

    agency.refresh_from_db()
    closure.refresh_from_db()
    assert answer["Location"] == PAGE
    assert (agency.state, closure.state) == (AgencyState.ACTIVE, ClosureState.WITHDRAWN)
    assert browser.get("/").status_code == 200


def test_only_the_way_back_remains_open(browser: Client, closure: Closure) -> None:
    start = browser.get("/")
    page = browser.get(PAGE)
    sites = browser.get("/sites/")

    assert (start.status_code, sites.status_code, page.status_code) == (403, 403, 200)
    assert b"This agency is being closed." in start.content
    assert PAGE.encode() in start.content
    assert b'href="/sites/"' not in page.content
    assert browser.get("/accounts/password/change/").status_code == 200


def test_strangers_can_still_sign_in_and_see_no_more(
    client_for: ClientFor, closure: Closure
) -> None:
    stranger = client_for()

    assert stranger.get("/accounts/login/").status_code == 200
    assert stranger.get(PAGE)["Location"].startswith("/accounts/login/")
    assert b"retire" not in stranger.get("/").content


def test_customers_read_a_neutral_notice(
    client_for: ClientFor, contact: Contact, closure: Closure
) -> None:
    browser = client_for(contact.user, portal=PortalName.CUSTOMER)

    answers = [browser.get("/"), browser.get("/accounts/login/"), browser.get(PAGE)]

    assert {answer.status_code for answer in answers} == {403}
    assert b"not available at the moment" in answers[0].content
    assert b"clos" not in answers[0].content.lower().replace(b"close", b"")


def test_programs_get_a_code(client_for: ClientFor, closure: Closure) -> None:
    answer = client_for().get("/api/v1/customers")

    assert (answer.status_code, answer.json()["code"]) == (402, "agency_closing")


def test_after_the_grace_nothing_is_open(browser: Client, agency: Agency, closure: Closure) -> None:
    Agency.objects.filter(pk=agency.pk).update(state=AgencyState.CLOSED)

    answers = [browser.get(path) for path in ("/", PAGE, "/accounts/login/")]

    assert {answer.status_code for answer in answers} == {403}
    assert b"This agency has been closed." in answers[0].content


def test_who_needs_a_second_factor_first_can_still_set_one_up(
    browser: Client, closure: Closure
) -> None:
    assert browser.get("/security/").status_code == 200
