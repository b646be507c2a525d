"""``portal-domains`` through the API."""

from __future__ import annotations

import pytest

from tenants.models import Agency, Domain, Plan
from tenants.services.domains import CHECKS_PER_MINUTE
from tenants.tests.factories import NOON

BODY = {"domain": "Clienti.Acme.it.", "portal": "customer"}


@pytest.fixture(autouse=True)
def room(db: None) -> None:
    """Room for ten domains in every plan."""
    Plan.objects.update(custom_domains=10)


def test_an_added_domain_says_which_records_to_set(owner_calls) -> None:
    made = owner_calls("POST", "portal-domains", BODY, status=201)["data"]

    assert (made["domain"], made["state"], made["is_primary"]) == (
        "clienti.acme.it",
        "PENDING",
        True,
    )
    assert [one["type"] for one in made["records"]] == ["TXT", "CNAME"]
    assert made["records"][0]["name"] == "_portal-challenge.clienti.acme.it"
    assert made["certificate"]["state"] == "NONE"
    assert owner_calls("GET", f"portal-domains/{made['id']}", status=200)["data"] == made


def test_the_list_is_paged_and_filtered(owner_calls, agency: Agency) -> None:
    for name in ("b.it", "a.it"):
        owner_calls("POST", "portal-domains", {**BODY, "domain": name}, status=201)

    page = owner_calls("GET", "portal-domains?limit=1", status=200)

    assert [row["domain"] for row in page["data"]] == ["a.it"]
    assert page["pagination"]["total"] == 2
    assert owner_calls("GET", "portal-domains?state=LIVE", status=200)["data"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({**BODY, "domain": "1.2.3.4"}, 422, "domain_invalid"),
        ({**BODY, "domain": "co.uk"}, 422, "domain_invalid"),
        ({**BODY, "portal": "admin"}, 400, "invalid_input"),
        ({**BODY, "state": "LIVE"}, 400, "invalid_input"),
        ({"portal": "customer"}, 400, "invalid_input"),
    ],
)
def test_bad_input_is_refused(owner_calls, body: dict, status: int, code: str) -> None:
    answer = owner_calls("POST", "portal-domains", body, status=status)

    assert answer["code"] == code
    assert not Domain.objects.exists()


def test_a_proved_domain_of_somebody_else_leaks_nothing(owner_calls, other_agency: Agency) -> None:
    Domain.objects.create(
        domain="clienti.acme.it",
        tenant=other_agency,
        portal="customer",
        state="LIVE",
        verified_at=NOON,
    )

    answer = owner_calls("POST", "portal-domains", BODY, status=422)

    assert answer["code"] == "domain_taken"
    assert "beta" not in str(answer).lower()


def test_a_full_plan_is_named(owner_calls) -> None:
    Plan.objects.update(custom_domains=0)

    assert owner_calls("POST", "portal-domains", BODY, status=422)["code"] == "limit_reached"


def test_a_domain_is_changed_verified_and_removed(owner_calls) -> None:
    made = owner_calls("POST", "portal-domains", BODY, status=201)["data"]
    path = f"portal-domains/{made['id']}"
    etag = owner_calls.response["ETag"]

    changed = owner_calls("PATCH", path, {"portal": "agency"}, status=200, if_match=etag)
    stale = owner_calls("PATCH", path, {"is_primary": False}, status=409, if_match=etag)
    same = owner_calls("PATCH", path, {}, status=200)

    assert (changed["data"]["portal"], stale["code"]) == ("agency", "stale")
    assert same["data"] == changed["data"]
    for _ in range(CHECKS_PER_MINUTE):
        assert owner_calls("POST", f"{path}/verify", status=200)["data"]["checking"]
    assert owner_calls("POST", f"{path}/verify", status=429)["code"] == "too_many_requests"
    owner_calls("DELETE", path, status=200)
    owner_calls("GET", path, status=404)


def test_findings_are_in_words(owner_calls, agency: Agency) -> None:
    figures = {"name": "clienti.acme.it"}
    domain = Domain.objects.create(
        domain="clienti.acme.it",
        tenant=agency,
        portal="customer",
        findings=[{"check": "address", "code": "name_missing", "figures": figures}],
    )

    (finding,) = owner_calls("GET", f"portal-domains/{domain.public_id}", status=200)["data"][
        "findings"
    ]

    assert finding["cause"] == "DNS knows no clienti.acme.it."
    assert (finding["ok"], finding["who"]) == (False, "dns")
