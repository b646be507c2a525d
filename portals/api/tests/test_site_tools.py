"""Staging copies, PHP versions and many sites at once through the API."""

from __future__ import annotations

import pytest

from hosting.drivers.choice import find_engine
from hosting.operations.execution import run_operation


@pytest.fixture(autouse=True)
def engine():
    engine = find_engine("fake")
    engine.reset()
    return engine


@pytest.fixture
def site(owner_calls, customer) -> dict:
    body = {
        "customer": customer.public_id,
        "name": "Vetrina",
        "title": "Da Gino",
        "admin_email": "gino@trattoria.test",
    }
    made = owner_calls("POST", "websites", body, status=201)["data"]
    run_operation(made["operation"])
    return owner_calls("GET", f"websites/{made['id']}", status=200)["data"]


@pytest.fixture
def copy(owner_calls, site) -> dict:
    made = owner_calls("POST", f"websites/{site['id']}/clone", status=201)["data"]
    run_operation(made["operation"])
    return owner_calls("GET", f"websites/{made['id']}", status=200)["data"]


def test_copy_is_made_pushed_and_taken_back(owner_calls, site, copy) -> None:
    assert (copy["staging_of"], copy["state"]) == (site["id"], "ACTIVE")
    assert copy["content_at"]
    assert site["staging_of"] is None
    refused = owner_calls("POST", f"websites/{site['id']}/push", status=422)
    assert refused["code"] == "not_a_staging"
    again = owner_calls("POST", f"websites/{site['id']}/clone", status=409)
    assert again["code"] == "staging_exists"

    live = owner_calls("POST", f"websites/{copy['id']}/push", status=200)["data"]
    assert live["id"] == site["id"]
    assert owner_calls("GET", f"operations/{live['operation']}")["data"]["kind"] == "site.push"
    run_operation(live["operation"])
    back = owner_calls("POST", f"websites/{site['id']}/step-back", status=200)["data"]
    run_operation(back["operation"])
    gone = owner_calls("POST", f"websites/{site['id']}/step-back", status=409)
    assert gone["code"] == "nothing_to_step_back_to"


def test_php_version_is_changed(owner_calls, site) -> None:
    wrong = owner_calls("POST", f"websites/{site['id']}/php", {"version": "5.2"}, status=422)
    assert (wrong["code"], list(wrong["errors"])) == ("php_version_unknown", ["php_version"])

    changed = owner_calls("POST", f"websites/{site['id']}/php", {"version": "8.2"}, status=200)
    run_operation(changed["data"]["operation"])

    assert owner_calls("GET", f"websites/{site['id']}")["data"]["php_version"] == "8.2"


def test_many_websites_each_have_a_result(owner_calls, site) -> None:
    ghost = "site_" + "0" * 26
    body = {"action": "restart", "websites": [site["id"], ghost]}

    results = owner_calls("POST", "websites/bulk", body, status=200)["data"]["results"]

    assert [(row["id"], row["started"], row["code"]) for row in results] == [
        (site["id"], True, None),
        (ghost, False, "not_found"),
    ]
    assert results[0]["operation"]
    assert results[1]["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"action": "delete", "websites": ["site_" + "0" * 26]},
        {"action": "restart", "websites": []},
        {"action": "restart", "websites": ["cus_" + "0" * 26]},
        {"action": "restart", "websites": ["site_" + "0" * 26] * 101},
        {"action": "restart"},
    ],
)
def test_bad_bulk_is_refused(owner_calls, body) -> None:
    owner_calls("POST", "websites/bulk", body, status=400)
