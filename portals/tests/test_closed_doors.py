"""Hosts that are nobody's, agencies that are suspended, and probes."""

from __future__ import annotations

import pytest
from django.conf import settings as product_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import ClientFor
from tenants.access import system_actor
from tenants.models import Agency, User
from tenants.services.suspension import resume_agency, suspend_agency
from tenants.states import PortalName

STRANGE_HOSTS = [
    "nobody.agency.localhost",
    "evil.test",
    "acme.agency.localhost.evil.test",
    "127.0.0.1",
    "x" * 300,
    "a b",
    "'",
]


@pytest.mark.parametrize("host", STRANGE_HOSTS)
def test_an_unknown_host_gets_a_designed_page(agency: Agency, host: str) -> None:
    response = Client(HTTP_HOST=host).get("/")

    assert response.status_code == 404
    assert b"<html" in response.content
    assert b"Acme" not in response.content


def test_an_unknown_host_gets_the_envelope_below_the_api(agency: Agency) -> None:
    response = Client(HTTP_HOST="nobody.agency.localhost").get("/api/v1/customers")

    assert (response.status_code, response.json()["code"]) == (404, "unknown_host")


def test_an_unknown_host_costs_no_query_once_it_is_known_as_such(agency: Agency) -> None:
    client = Client(HTTP_HOST="nobody.agency.localhost")
    client.get("/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/")

    assert len(queries) == 0


def test_a_known_host_costs_strangers_no_query(agency: Agency, client_for: ClientFor) -> None:
    client = client_for()
    client.get("/accounts/login/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/accounts/login/")

    assert len(queries) == 0


def test_customers_of_a_suspended_agency_read_a_neutral_notice(
    agency: Agency, client_for: ClientFor
) -> None:
    suspend_agency(agency, actor=system_actor(agency), reason="secret reason")

    response = client_for(portal=PortalName.CUSTOMER).get("/accounts/login/")

    text = response.content.decode()
    assert response.status_code == 403
    assert "This portal is not available at the moment." in text
    assert "Please contact Studio Acme." in text
    assert not [word for word in ("secret reason", "suspended", "Spotex", "403") if word in text]


def test_a_suspended_agency_reads_whom_to_ask_but_no_reason(
    agency: Agency, client_for: ClientFor, settings
) -> None:
    settings.SPOTEX_SUPPORT_EMAIL = "help@platform.test"
    agency.support_email = "own@acme.test"
    agency.save()
    suspend_agency(agency, actor=system_actor(agency), reason="unpaid <b>invoice</b>")

    response = client_for().get("/accounts/login/", headers={"Accept-Language": "en"})

    text = response.content.decode()
    assert response.status_code == 403
    assert "This agency is suspended." in text
    assert "mailto:help@platform.test" in text
    assert not [word for word in ("own@acme.test", "agency_suspended", "unpaid") if word in text]


def test_a_suspended_agency_says_402_to_programs(agency: Agency, client_for: ClientFor) -> None:
    suspend_agency(agency, actor=system_actor(agency), reason="unpaid")

    response = client_for().get("/api/v1/customers")

    body = response.json()
    assert (response.status_code, body["code"], body["success"]) == (
        402,
        "agency_suspended",
        False,
    )


def test_a_resumed_agency_is_open_at_once(
    agency: Agency, client_for: ClientFor, owner: User
) -> None:
    client = client_for(owner)
    suspended = suspend_agency(agency, actor=system_actor(agency), reason="unpaid")
    closed = client.get("/").status_code

    resume_agency(suspended, actor=system_actor(agency))

    assert (closed, client.get("/").status_code) == (403, 200)


def test_another_agency_stays_open(
    agency: Agency, other_agency: Agency, other_owner: User, client_for: ClientFor
) -> None:
    suspend_agency(agency, actor=system_actor(agency), reason="unpaid")

    assert client_for(other_owner, agency=other_agency).get("/").status_code == 200


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "nobody.test", "acme.agency.localhost"])
def test_probes_are_answered_on_every_host(agency: Agency, host: str) -> None:
    client = Client(HTTP_HOST=host)

    assert client.get("/health").json() == {"status": "ok"}
    assert client.get("/health/ready").json() == {
        "status": "ok",
        "checks": {"database": "ok", "redis": "ok"},
    }


def test_readiness_says_that_redis_is_away(agency: Agency, settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    response = Client(HTTP_HOST="localhost").get("/health/ready")

    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response.json()["checks"]["redis"].startswith("unavailable")


def test_answers_carry_security_headers(client_for: ClientFor, owner: User) -> None:
    response = client_for(owner).get("/")

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("abc-1.2_3", True), ("", False), ("x" * 65, False), ("a\nb", False), ("é", False)],
)
def test_request_ids_are_taken_or_made(agency: Agency, *, given: str, kept: bool) -> None:
    response = Client(HTTP_HOST="www.localhost").get("/", headers={"X-Request-ID": given})

    assert (response["X-Request-ID"] == given) == kept
    assert response["X-Request-ID"]


def test_the_mailbox_is_closed_where_mail_is_sent(public_client: Client, settings) -> None:
    settings.SPOTEX_MAILBOX = False

    statuses = {
        public_client.get(path).status_code
        for path in ("/_mail/", "/_mail/messages.json", "/_mail/mail_x/")
    }

    assert statuses == {404}
    assert product_settings.SPOTEX_MODE == "test"
