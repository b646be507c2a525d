"""Who may ask whether a host gets a certificate, and what is answered."""

from __future__ import annotations

import pytest
from django.test import Client

from hosting.operations.models import SiteRoute
from spotex.kernel.ids import new_public_id
from tenants.models import Agency, Domain
from tenants.tests.factories import NOON

PATH = "/_proxy/certificate"
TOKEN = "between-proxy-and-web"


@pytest.fixture(autouse=True)
def token(settings) -> None:
    """The secret that both know."""
    settings.SPOTEX_PROXY_TOKEN = TOKEN


def _ask(domain: str, *, token: str = TOKEN, host: str = "localhost") -> int:
    headers = {"x-proxy-token": token} if token else {}
    return Client(HTTP_HOST=host).get(PATH, {"domain": domain}, headers=headers).status_code


def _domain(agency: Agency, state: str) -> None:
    held = state in {"LIVE", "BROKEN"}
    Domain.objects.create(
        domain="clienti.acme.it",
        tenant=agency,
        portal="customer",
        state=state,
        verified_at=NOON if held else None,
    )


@pytest.mark.parametrize(
    ("state", "status"), [("LIVE", 200), ("BROKEN", 200), ("PENDING", 404), ("LAPSED", 404)]
)
def test_own_domains_by_state(agency: Agency, state: str, status: int) -> None:
    _domain(agency, state)

    assert _ask("clienti.acme.it") == status


@pytest.mark.parametrize(
    "host", ["localhost", "www.localhost", "acme.agency.localhost", "acme.customers.localhost"]
)
def test_the_platforms_own_hosts(agency: Agency, host: str) -> None:
    assert _ask(host) == 200


@pytest.mark.parametrize(
    "host",
    [
        *("", "x", "nobody.agency.localhost", "x.y.localhost", "example.com", "a" * 300),
        *("CLIENTI.acme.it", "clienti.acme.it.", ".clienti.acme.it", "clienti.acme.it:443"),
        "clienti.acme.it\0",
    ],
)
def test_everything_else_is_refused(agency: Agency, host: str) -> None:
    _domain(agency, "LIVE")

    assert _ask(host) == 404


def test_hosts_of_sites(agency: Agency) -> None:
    SiteRoute.objects.create(
        host="shop--acme.sites.localhost",
        kind="PREVIEW",
        agency=agency,
        site=new_public_id("site"),
    )

    assert _ask("shop--acme.sites.localhost") == 200


@pytest.mark.parametrize("host", ["localhost", "acme.agency.localhost", "api.localhost", "x.test"])
@pytest.mark.parametrize("token", ["", "wrong", TOKEN.upper()])
def test_nobody_else_finds_the_page(agency: Agency, host: str, token: str) -> None:
    assert _ask("localhost", token=token, host=host) == 404


def test_without_a_token_of_ours_nobody_asks(db: None, settings) -> None:
    settings.SPOTEX_PROXY_TOKEN = ""

    assert _ask("localhost", token="") == 404


def test_too_many_questions_are_refused(db: None, settings) -> None:
    settings.SPOTEX_TLS_ASKS_PER_MINUTE = 2

    assert [_ask("localhost") for _ in range(3)] == [200, 200, 429]


def test_other_hosts_below_an_own_domain_are_promised_nothing(agency: Agency, settings) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 100, True
    _domain(agency, "LIVE")

    def read(host: str) -> str:
        answer = Client(HTTP_HOST=host).get("/accounts/login/", secure=True)
        return answer.headers["Strict-Transport-Security"]

    assert read("clienti.acme.it") == "max-age=100"
    assert read("acme.agency.localhost") == "max-age=100; includeSubDomains"
