"""A session works where it began, and nowhere else."""

from __future__ import annotations

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from conftest import PASSWORD, ClientFor
from tenants.models import Agency, User
from tenants.states import PortalName

LOGIN = "/accounts/login/"
ACME, BETA = "acme.agency.localhost", "beta.agency.localhost"


def _sign_in(user: User, host: str = ACME) -> Client:
    client = Client(HTTP_HOST=host)
    response = client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert response.status_code == 302, response.content
    return client


def test_signing_in_binds_the_session_to_portal_and_agency(owner: User, agency: Agency) -> None:
    client = _sign_in(owner)

    assert client.session["_portal"] == f"agency:{agency.public_id}"
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        BETA,
        "acme.customers.localhost",
        "beta.customers.localhost",
        "admin.localhost",
    ],
)
def test_a_cookie_taken_elsewhere_signs_nobody_in(
    owner: User, other_agency: Agency, host: str
) -> None:
    thief = Client(HTTP_HOST=host)
    thief.cookies = _sign_in(owner).cookies

    response = thief.get("/")

    assert response.status_code == 302
    assert LOGIN in response["Location"] or response["Location"] == "/login/?next=/"


def test_the_original_session_survives_the_attempt(owner: User, other_agency: Agency) -> None:
    client = _sign_in(owner)
    key = client.session.session_key
    thief = Client(HTTP_HOST=BETA)
    thief.cookies["session"] = key

    thief.get("/")
    thief.post(LOGIN, {"login": "x@y.test", "password": "wrong"})
    thief.post("/accounts/logout/")

    assert Session.objects.filter(session_key=key).exists()
    assert client.get("/").status_code == 200


def test_signing_in_with_a_foreign_cookie_begins_a_new_session(
    owner: User, other_owner: User
) -> None:
    client = _sign_in(owner)
    key = client.session.session_key
    other = Client(HTTP_HOST=BETA)
    other.cookies["session"] = key

    other.post(LOGIN, {"login": other_owner.email, "password": PASSWORD})

    assert other.cookies["session"].value != key
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 200


def test_the_key_changes_when_somebody_signs_in(owner: User) -> None:
    client = Client(HTTP_HOST=ACME)
    client.get(LOGIN)
    before = client.cookies.get("session")

    client.post(LOGIN, {"login": owner.email, "password": PASSWORD})

    assert before is None or client.cookies["session"].value != before.value


def test_a_session_of_a_deactivated_person_is_over(owner: User) -> None:
    client = _sign_in(owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert client.get("/").status_code == 302


def test_a_new_password_ends_the_sessions_of_the_old(owner: User) -> None:
    client = _sign_in(owner)
    owner.set_password("another-good-phrase-7")
    owner.save()

    assert client.get("/").status_code == 302


def test_the_cookie_is_for_this_host_and_not_for_scripts(owner: User) -> None:
    cookie = _sign_in(owner).cookies["session"]

    assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")


@pytest.mark.parametrize("portal", [PortalName.AGENCY, PortalName.CUSTOMER])
def test_a_form_without_its_token_is_refused(
    client_for: ClientFor, owner: User, portal: PortalName
) -> None:
    client = client_for(portal=portal)
    client.handler.enforce_csrf_checks = True

    response = client.post(LOGIN, {"login": owner.email, "password": PASSWORD})

    assert response.status_code == 403


def test_wrong_passwords_are_counted_over_all_hosts(owner: User, other_agency: Agency) -> None:
    hosts = [ACME, BETA, "acme.customers.localhost", "beta.customers.localhost"]

    for number in range(12):
        client = Client(HTTP_HOST=hosts[number % 4])
        client.post(LOGIN, {"login": owner.email, "password": "wrong"})
    response = Client(HTTP_HOST=ACME).post(LOGIN, {"login": owner.email, "password": PASSWORD})

    assert response.status_code in {200, 403, 422, 429}
    assert "_auth_user_id" not in response.wsgi_request.session
