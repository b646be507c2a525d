"""``plans`` and ``subscriptions`` through the API."""

from __future__ import annotations

import pytest

from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer
from tenants.models import Plan, Subscription
from tenants.services.plans import override_limits


def test_plans_are_public(anonymous) -> None:
    rows = anonymous("GET", "plans", status=200)["data"]

    assert [row["tier"] for row in rows] == [
        *("STARTER", "STANDARD", "PREMIUM", "BUSINESS", "ENTERPRISE"),
    ]
    assert rows[1]["price"] == {"amount_minor": 7_900, "currency": "EUR"}
    assert rows[1]["limits"]["customers"] == 20


def test_the_current_subscription_is_shown_with_its_version(owner_calls) -> None:
    shown = owner_calls("GET", "subscriptions/current", status=200)["data"]

    assert (shown["tier"], shown["status"], shown["next_tier"]) == ("STANDARD", "TRIAL", None)
    assert owner_calls.response["ETag"] == f'"{shown["version"]}"'
    listed = owner_calls("GET", "subscriptions", status=200)["data"]
    assert listed == [shown]


def test_upgrade_begins_at_once_and_is_repeated_once(owner_calls, agency) -> None:
    first = owner_calls(
        "POST", "subscriptions/change", {"tier": "PREMIUM"}, status=200, idempotency_key="k1"
    )
    again = owner_calls(
        "POST", "subscriptions/change", {"tier": "PREMIUM"}, status=200, idempotency_key="k1"
    )

    agency.refresh_from_db()
    assert agency.plan.tier == "PREMIUM"
    assert first["data"] == again["data"]
    assert Subscription.objects.filter(agency=agency).count() == 2


def test_downgrade_waits_and_is_undone(owner_calls) -> None:
    planned = owner_calls("POST", "subscriptions/change", {"tier": "STARTER"}, status=200)["data"]
    assert (planned["tier"], planned["next_tier"]) == ("STANDARD", "STARTER")

    kept = owner_calls("DELETE", "subscriptions/change", status=200)["data"]

    assert kept["next_tier"] is None
    assert owner_calls("DELETE", "subscriptions/change", status=409)["code"] == "nothing_planned"


def test_downgrade_below_usage_says_what_to_remove(owner_calls, agency) -> None:
    with agency_scope(agency):
        for number in range(6):
            Customer.objects.create(name=f"C{number}", email="c@c.test")

    answer = owner_calls("POST", "subscriptions/change", {"tier": "STARTER"}, status=422)

    assert answer["code"] == "usage_exceeds_plan"
    assert "1 customer (6 in use, 5 included)" in answer["errors"]["tier"][0]


def test_cancelling_is_shown_and_undone(owner_calls) -> None:
    cancelled = owner_calls("POST", "subscriptions/cancel", status=200)["data"]

    assert (cancelled["cancels_at_period_end"], cancelled["next_billing_at"]) == (True, None)
    assert owner_calls("POST", "subscriptions/cancel", status=409)["code"] == "already_cancelled"
    owner_calls("DELETE", "subscriptions/change", status=200)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid_input"),
        ({"tier": "GOLD"}, 400, "invalid_input"),
        ({"tier": 1}, 400, "invalid_input"),
        ({"tier": "PREMIUM", "when": "LATER"}, 400, "invalid_input"),
        ({"tier": "PREMIUM", "discount": 100}, 400, "invalid_input"),
        ({"tier": "STANDARD"}, 422, "same_plan"),
        ({"tier": "STARTER", "when": "NOW"}, 422, "downgrade_at_period_end"),
    ],
)
def test_bad_changes_are_refused(owner_calls, body, status, code) -> None:
    assert owner_calls("POST", "subscriptions/change", body, status=status)["code"] == code


def test_a_stale_change_is_refused(owner_calls) -> None:
    owner_calls("GET", "subscriptions/current")
    etag = owner_calls.response["ETag"]
    owner_calls("POST", "subscriptions/change", {"tier": "STARTER"}, status=200, if_match=etag)

    for method, path, body in (
        ("POST", "subscriptions/change", {"tier": "PREMIUM"}),
        ("DELETE", "subscriptions/change", None),
        ("POST", "subscriptions/cancel", None),
    ):
        assert owner_calls(method, path, body, status=409, if_match=etag)["code"] == "stale"


def test_only_owners_change_the_plan(viewer_calls) -> None:
    viewer_calls("GET", "subscriptions/current", status=200)
    refused = viewer_calls("POST", "subscriptions/change", {"tier": "PREMIUM"}, status=403)
    assert refused["code"] == "not_allowed"
    viewer_calls("DELETE", "subscriptions/change", status=403)
    viewer_calls("POST", "subscriptions/cancel", status=403)


def test_customers_people_see_nothing_of_it(contact_calls) -> None:
    contact_calls("GET", "subscriptions", status=403)
    contact_calls("GET", "subscriptions/current", status=403)


def test_the_customer_beyond_the_limit_is_refused_with_plan_and_limit(owner_calls, agency) -> None:
    Plan.objects.filter(tier="STANDARD").update(customers=1)
    body = {"name": "Hotel Aurora", "email": "info@aurora.test"}
    owner_calls("POST", "customers", body, status=201)

    answer = owner_calls("POST", "customers", body, status=422)

    assert answer["code"] == "limit_reached"
    assert "Standard" in answer["message"]
    assert " 1 " in answer["message"]
    override_limits(agency, actor=_staff(), limits={"customers": 2})
    owner_calls("POST", "customers", body, status=201)


def _staff():
    from spotex.kernel.actor import Actor

    return Actor(user_id=1, name="Sara Staff", role="STAFF")
