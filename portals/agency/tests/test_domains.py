"""The pages of own domains."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext

from conftest import ClientFor
from tenants.models import Agency, Domain, Plan, User
from tenants.services.domains import CHECKS_PER_MINUTE
from tenants.states import PortalName
from tenants.tests.factories import NOON

LIST = "/settings/domains/"


@pytest.fixture(autouse=True)
def room(db: None) -> None:
    """Room for ten domains in every plan."""
    Plan.objects.update(custom_domains=10)


def _domain(agency: Agency, name: str = "clienti.acme.it", **values: object) -> Domain:
    return Domain.objects.create(
        **{"domain": name, "tenant": agency, "portal": PortalName.CUSTOMER, **values}
    )


def _at(domain: Domain, action: str = "") -> str:
    return f"{LIST}{domain.public_id}/{action}"


def test_the_first_domain_is_invited(client_for: ClientFor, owner: User) -> None:
    page = client_for(owner).get(LIST).content.decode()

    assert "Your first own domain" in page
    assert 'href="/settings/domains/new/"' in page


@pytest.mark.parametrize(
    ("values", "said", "unsaid"),
    [
        ({"state": "LIVE"}, "Used in links and mails", "once it is live"),
        ({"state": "PENDING"}, "once it is live", "Used in links and mails"),
        ({"state": "BROKEN"}, "once it is live", "Used in links and mails"),
    ],
)
def test_only_a_live_domain_is_said_to_be_in_links(
    client_for: ClientFor, owner: User, agency: Agency, values, said: str, unsaid: str
) -> None:
    moments = {
        "verified_at": None if values["state"] == "PENDING" else NOON,
        "broken_at": NOON if values["state"] == "BROKEN" else None,
    }
    domain = _domain(agency, is_primary=True, **values, **moments)
    client = client_for(owner)

    for page in (client.get(LIST), client.get(_at(domain))):
        text = page.content.decode()
        assert said in text
        assert unsaid not in text


def test_the_agreed_limit_counts_not_the_plans(
    client_for: ClientFor, owner: User, agency: Agency
) -> None:
    _domain(agency)
    Agency.objects.filter(pk=agency.pk).update(limit_overrides={"custom_domains": 3})

    assert "1 / 3" in client_for(owner).get(LIST).content.decode()


def test_the_activity_writes_a_domain_in_its_own_letters(
    client_for: ClientFor, owner: User
) -> None:
    client = client_for(owner)

    client.post(f"{LIST}new/", {"domain": "caffè.acme.it", "portal": "customer"})

    text = client.get("/settings/activity/").content.decode()
    assert "caffè.acme.it" in text
    assert "xn--" not in text


def test_an_added_domain_leads_to_the_records_to_set(
    client_for: ClientFor, owner: User, agency: Agency
) -> None:
    client = client_for(owner)

    answer = client.post(f"{LIST}new/", {"domain": "Clienti.Acme.it.", "portal": "customer"})

    domain = Domain.objects.get(tenant=agency)
    assert answer.headers["Location"] == _at(domain)
    page = client.get(_at(domain)).content.decode()
    assert f'data-copy="portal-verification={domain.challenge}"' in page
    assert 'data-copy="_portal-challenge.clienti"' in page
    assert "portals.localhost." in page


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "required"),
        ("1.2.3.4", "not an IP address"),
        ("https://acme.it", "without https://"),
        ("it", "suffix"),
        ("acme.local", "private networks"),
        ("x.agency.localhost", "private networks"),
        ("a." * 120 + "it", "at most"),
        ("a" * 400, "at most"),
    ],
)
def test_bad_domains_are_refused_at_their_field(
    client_for: ClientFor, owner: User, name: str, sentence: str
) -> None:
    answer = client_for(owner).post(f"{LIST}new/", {"domain": name, "portal": "customer"})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Domain.objects.exists()


def test_a_full_plan_says_so(client_for: ClientFor, owner: User, agency: Agency) -> None:
    Plan.objects.update(custom_domains=0)

    answer = client_for(owner).post(f"{LIST}new/", {"domain": "acme.it", "portal": "agency"})

    assert (answer.status_code, Domain.objects.count()) == (422, 0)
    assert "own domains" in answer.content.decode()


def test_causes_and_remedies_are_on_the_page(
    client_for: ClientFor, owner: User, agency: Agency
) -> None:
    figures = {"name": "clienti.acme.it", "found": "203.0.113.9", "expected": "portals.localhost"}
    domain = _domain(
        agency,
        checked_at=NOON,
        findings=[{"check": "address", "code": "wrong_target", "figures": figures}],
    )

    page = client_for(owner).get(_at(domain)).content.decode()

    assert "clienti.acme.it leads to 203.0.113.9." in page
    assert "Change the record so that it leads to portals.localhost" in page
    assert "whoever manages the domain’s DNS" in page


@pytest.mark.parametrize(
    ("state", "values", "sentence"),
    [
        ("BROKEN", {"verified_at": NOON, "broken_at": NOON}, "Links and mails use acme.customers"),
        ("LAPSED", {}, "This domain is switched off"),
        ("LIVE", {"verified_at": NOON}, "Live since"),
    ],
)
def test_states(
    client_for: ClientFor, owner: User, agency: Agency, state: str, values: dict, sentence: str
) -> None:
    domain = _domain(agency, state=state, **values)

    assert sentence in client_for(owner).get(_at(domain)).content.decode()


@pytest.mark.parametrize(
    ("state", "values", "sentence"),
    [
        ("NONE", {}, "obtained by itself"),
        ("FAILED", {"certificate_error": "urn:ietf:params:acme:error:caa"}, "acme:error:caa"),
        (
            "ISSUED",
            {"certificate_issuer": "Good CA", "certificate_until": NOON},
            "Good CA",
        ),
    ],
)
def test_certificates(
    client_for: ClientFor,
    owner: User,
    agency: Agency,
    settings,
    state: str,
    values: dict,
    sentence: str,
) -> None:
    settings.SPOTEX_TLS = "on"
    domain = _domain(agency, certificate_state=state, **values)

    assert sentence in client_for(owner).get(_at(domain)).content.decode()


def test_the_portal_is_changed_and_the_domain_made_the_one_for_links(
    client_for: ClientFor, owner: User, agency: Agency
) -> None:
    client, domain = client_for(owner), _domain(agency)

    shown = client.get(_at(domain, "portal/"))
    client.post(_at(domain, "portal/"), {"portal": "agency"})
    client.post(_at(domain, "primary/"))

    domain.refresh_from_db()
    assert shown.status_code == 200
    assert (domain.portal, domain.is_primary) == ("agency", True)
    assert client.post(_at(domain, "portal/"), {"portal": "admin"}).status_code == 422


def test_removing_asks_first(client_for: ClientFor, owner: User, agency: Agency) -> None:
    client, domain = client_for(owner), _domain(agency)

    asked = client.get(_at(domain, "remove/"))
    removed = client.post(_at(domain, "remove/"))

    assert "acme.customers.localhost" in asked.content.decode()
    assert (removed.status_code, Domain.objects.count()) == (302, 0)


def test_asking_too_often_is_refused(client_for: ClientFor, owner: User, agency: Agency) -> None:
    client, domain = client_for(owner), _domain(agency)
    for _ in range(CHECKS_PER_MINUTE):
        assert client.post(_at(domain, "check/")).status_code == 302

    client.post(_at(domain, "check/"))

    assert "Too many attempts" in client.get(_at(domain)).content.decode()


def test_who_may_only_look_gets_no_buttons(
    client_for: ClientFor, viewer: User, agency: Agency
) -> None:
    client, domain = client_for(viewer), _domain(agency)

    page = client.get(_at(domain)).content.decode()

    assert "Records to set" in page
    assert "Verify now" not in page
    assert client.get(LIST).status_code == 200
    assert client.get(f"{LIST}new/").status_code == 403


def test_a_longer_list_costs_no_more_queries(
    client_for: ClientFor, owner: User, agency: Agency, django_assert_num_queries
) -> None:
    from django.db import connection

    client = client_for(owner)
    counts = []
    for wave in (["a.it"], ["b.it", "c.it"]):
        for name in wave:
            _domain(agency, name)
        client.get(LIST)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert (
        "a.it"
        in client.get(
            LIST, headers={"hx-request": "true", "hx-target": "domain-rows"}
        ).content.decode()
    )
