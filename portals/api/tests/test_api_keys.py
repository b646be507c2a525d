"""``auth/api-keys``, and calls that programs make with what they give."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portals.api.tests.conftest import API_HOST, Caller
from spotex.kernel.models import ActivityEntry, IdempotencyKey
from spotex.kernel.tenancy import agency_scope
from tenants.customers.models import Customer
from tenants.models import ApiKey, Membership, Plan
from tenants.states import Role
from tenants.tests.factories import ApiKeyFactory
from tenants.tokens import new_api_key

BODY = {"name": "Contabilità", "scopes": ["customers:read", "contacts:read"]}


@pytest.fixture
def make_caller(agency):
    """Return ``make_caller(*scopes, **values)``: a program with a key of its own."""

    def make(*scopes: str, host: str = API_HOST, **values) -> Caller:
        secret = new_api_key()
        ApiKeyFactory(agency=agency, secret=secret, scopes=list(scopes), **values)
        caller = Caller(host)
        caller.headers["x-api-key"] = secret
        return caller

    return make


def test_a_key_is_shown_once_and_works(owner_calls, owner, customer) -> None:
    made = owner_calls("POST", "auth/api-keys", BODY, status=201)["data"]

    program = Caller()
    program.headers["x-api-key"] = made["key"]
    assert [row["id"] for row in program("GET", "customers", status=200)["data"]] == [
        customer.public_id
    ]
    shown = owner_calls("GET", f"auth/api-keys/{made['id']}", status=200)["data"]
    assert "key" not in shown
    assert made["key"].startswith(f"{shown['prefix']}_")
    assert shown | {"last_used_at": None, "last_used_from": ""} == {
        "id": made["id"],
        "name": "Contabilità",
        "prefix": made["prefix"],
        "scopes": ["contacts:read", "customers:read"],
        "effective_scopes": ["contacts:read", "customers:read"],
        "state": "ACTIVE",
        "requests_per_minute": None,
        "created_by": owner.public_id,
        "created_at": made["created_at"],
        "expires_at": None,
        "last_used_at": None,
        "last_used_from": "",
        "revoked_at": None,
    }
    assert shown["last_used_from"] == "127.0.0.1"


def test_the_secret_is_nowhere_in_the_database(owner_calls, agency) -> None:
    made = owner_calls("POST", "auth/api-keys", BODY, status=201, idempotency_key="k1")["data"]
    again = owner_calls("POST", "auth/api-keys", BODY, status=201, idempotency_key="k1")["data"]

    assert again == {**made, "key": None}
    key = ApiKey.objects.get(public_id=made["id"])
    with agency_scope(agency):
        stored = IdempotencyKey.objects.get(key="k1")
    assert made["key"] not in str(vars(key)) + str(stored.body)
    assert made["key"].rsplit("_", 1)[-1] not in str(vars(key))


def test_keys_are_listed_searched_and_filtered(owner_calls, agency) -> None:
    ApiKeyFactory(agency=agency, name="Alfa")
    ApiKeyFactory(agency=agency, name="Beta", revoked_at=timezone.now())

    rows = owner_calls("GET", "auth/api-keys?ordering=name", status=200)["data"]
    assert [(row["name"], row["state"]) for row in rows] == [
        ("Alfa", "ACTIVE"),
        ("Beta", "REVOKED"),
    ]
    found = owner_calls("GET", "auth/api-keys?search=alf&state=OPEN", status=200)["data"]
    assert [row["name"] for row in found] == ["Alfa"]
    assert owner_calls("GET", "auth/api-keys?state=GONE", status=400)["code"] == "invalid_input"


def test_a_key_is_narrowed_and_revoked(owner_calls) -> None:
    made = owner_calls("POST", "auth/api-keys", BODY, status=201)["data"]
    path = f"auth/api-keys/{made['id']}"
    etag = owner_calls.response["ETag"]

    change = {"name": "Conti", "scopes": ["customers:read"], "requests_per_minute": 30}
    changed = owner_calls("PATCH", path, change, status=200, if_match=etag)["data"]
    assert {name: changed[name] for name in change} == change
    assert owner_calls("PATCH", path, change, status=409, if_match=etag)["code"] == "stale"
    wider = owner_calls("PATCH", path, {"scopes": BODY["scopes"]}, status=422)
    assert (wider["code"], list(wider["errors"])) == ("scopes_widened", ["scopes"])
    assert owner_calls("DELETE", path, status=200)["data"]["state"] == "REVOKED"
    assert owner_calls("DELETE", path, status=409)["code"] == "key_revoked"
    assert owner_calls("PATCH", path, {"name": "x"}, status=409)["code"] == "key_revoked"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({**BODY, "scopes": []}, "scopes"),
        ({**BODY, "scopes": ["everything"]}, "scopes"),
        ({**BODY, "scopes": ["api-keys:write"]}, "scopes"),
        ({**BODY, "scopes": "customers:read"}, "scopes"),
        ({**BODY, "scopes": [7]}, "scopes"),
        ({**BODY, "expires_at": "tomorrow"}, "expires_at"),
        ({**BODY, "expires_at": "2030-01-01T00:00:00"}, "expires_at"),
        ({**BODY, "expires_at": "2030-13-01T00:00:00Z"}, "expires_at"),
        ({**BODY, "expires_at": 1893456000}, "expires_at"),
        ({**BODY, "requests_per_minute": 0}, "requests_per_minute"),
        ({**BODY, "requests_per_minute": True}, "requests_per_minute"),
        ({**BODY, "requests_per_minute": "5"}, "requests_per_minute"),
        ({**BODY, "agency": "beta"}, "agency"),
    ],
)
def test_wrong_shape_is_refused_with_the_field(owner_calls, body, field) -> None:
    answer = owner_calls("POST", "auth/api-keys", body, status=400)

    assert field in answer["errors"] or any(name.startswith(field) for name in answer["errors"])
    assert ApiKey.objects.count() == 0


@pytest.mark.parametrize("days", [-1, 4_000])
def test_a_key_expires_in_the_next_ten_years(owner_calls, days) -> None:
    moment = (timezone.now() + timedelta(days=days)).isoformat()

    answer = owner_calls("POST", "auth/api-keys", {**BODY, "expires_at": moment}, status=422)

    assert answer["code"] == "expiry_out_of_range"


def test_only_those_who_manage_keys_see_them(viewer_calls, contact_calls, agency) -> None:
    key = ApiKeyFactory(agency=agency)

    for calls, status in ((viewer_calls, 403), (contact_calls, 404)):
        calls("GET", "auth/api-keys", status=403)
        calls("POST", "auth/api-keys", BODY, status=403)
        calls("GET", f"auth/api-keys/{key.public_id}", status=status)


def test_another_agencys_keys_are_not_there(other_calls, agency) -> None:
    path = f"auth/api-keys/{ApiKeyFactory(agency=agency).public_id}"

    assert other_calls("GET", "auth/api-keys", status=200)["data"] == []
    for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
        other_calls(method, path, body, status=404)


def test_an_administrator_cannot_give_what_only_owners_may(
    colleague, agency, caller_for, colleague_actor
) -> None:
    Membership.objects.filter(user=colleague, agency=agency).update(role=Role.ADMIN)
    calls = caller_for(colleague, colleague_actor)

    answer = calls("POST", "auth/api-keys", {**BODY, "scopes": ["owners:write"]}, status=422)

    assert answer["code"] == "scope_not_grantable"
    assert "owners:write" in answer["message"]


def test_a_missing_scope_is_named(make_caller) -> None:
    answer = make_caller("sites:read")("GET", "customers", status=403)

    assert answer["code"] == "scope_missing"
    assert "customers:read" in answer["message"]


def test_keys_do_not_make_keys(make_caller) -> None:
    answer = make_caller("customers:read")("POST", "auth/api-keys", BODY, status=403)

    assert answer["code"] == "key_not_accepted"


def test_a_program_is_told_who_it_is(make_caller, agency) -> None:
    me = make_caller("customers:read", name="Conti")("GET", "auth/me", status=200)["data"]

    assert me["user"] is None
    assert me["api_key"] == {"id": ApiKey.objects.get(name="Conti").public_id}
    assert (me["role"], me["permissions"]) == ("API_KEY", ["customers:read"])
    assert me["agency"]["id"] == agency.public_id


def test_what_a_program_does_is_in_the_trail_under_its_name(make_caller, agency) -> None:
    make_caller("customers:write", name="Conti")(
        "POST", "customers", {"name": "Nuova", "email": "n@nuova.test"}, status=201
    )

    with agency_scope(agency):
        row = ActivityEntry.objects.get(event="customers.customer.created")
    key = ApiKey.objects.get(name="Conti")
    assert (row.actor_name, row.actor_public_id) == ("Chiave API Conti", key.public_id)
    assert (row.actor_role, row.via, row.address) == ("API_KEY", "API", "127.0.0.1")


def test_token_and_key_together_are_refused(owner_calls, make_caller) -> None:
    both = Caller()
    both.headers |= owner_calls.headers | make_caller("customers:read").headers

    assert both("GET", "customers", status=400)["code"] == "two_credentials"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"revoked_at": timezone.now() - timedelta(days=1)}, "key_revoked"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "key_expired"),
    ],
)
def test_a_key_that_ended_says_why(make_caller, values, code) -> None:
    calls = make_caller("customers:read", **values)

    assert calls("GET", "customers", status=401)["code"] == code
    assert calls.response["WWW-Authenticate"] == 'Bearer realm="API"'


def test_a_key_stops_with_its_maker(make_caller, colleague, agency) -> None:
    calls = make_caller("customers:read", created_by=colleague)
    calls("GET", "customers", status=200)

    colleague.is_active = False
    colleague.save()

    assert calls("GET", "customers", status=401)["code"] == "key_disabled"


def test_a_revoked_key_is_refused_by_the_next_call(make_caller, owner_calls) -> None:
    calls = make_caller("customers:read", name="Conti")
    calls("GET", "customers", status=200)
    owner_calls("DELETE", f"auth/api-keys/{ApiKey.objects.get(name='Conti').public_id}", status=200)

    assert calls("GET", "customers", status=401)["code"] == "key_revoked"


def test_use_is_noted_once_a_minute(make_caller) -> None:
    calls = make_caller("customers:read", name="Conti")
    calls("GET", "customers", status=200)
    first = ApiKey.objects.get(name="Conti")
    calls("GET", "customers", status=200)
    second = ApiKey.objects.get(name="Conti")

    assert first.last_used_at == second.last_used_at
    assert first.updated_at == second.updated_at
    ApiKey.objects.update(last_used_at=timezone.now() - timedelta(minutes=2))
    calls("GET", "customers", status=200)
    assert ApiKey.objects.get(name="Conti").last_used_at > first.last_used_at


def _read(told: CaptureQueriesContext) -> list[str]:
    """Return the statements that read or write rows, not those that only choose a schema."""
    texts = (query["sql"].rpartition(";")[2] for query in told)
    return [text for text in texts if text and not text.startswith("SET ")]


def test_a_key_costs_one_query(make_caller, customer) -> None:
    calls = make_caller("customers:read")
    calls("GET", "customers", status=200)

    with CaptureQueriesContext(connection) as told:
        calls("GET", "auth/me", status=200)
    assert len(_read(told)) == 1
    assert "tenants_apikey" in _read(told)[0]


def test_a_list_by_key_costs_two_queries_for_any_number_of_rows(
    make_caller, customer, agency
) -> None:
    calls = make_caller("customers:read")
    calls("GET", "customers", status=200)
    with CaptureQueriesContext(connection) as one:
        calls("GET", "customers", status=200)
    with agency_scope(agency):
        for number in range(2):
            Customer.objects.create(name=f"C{number}", email="c@c.test")

    with CaptureQueriesContext(connection) as three:
        assert len(calls("GET", "customers", status=200)["data"]) == 3
    assert len(_read(one)) == len(_read(three)) == 2


def test_the_list_of_keys_costs_the_same_for_any_number_of_rows(
    owner_calls, agency, django_assert_max_num_queries
) -> None:
    ApiKeyFactory(agency=agency)
    owner_calls("GET", "auth/api-keys", status=200)
    with django_assert_max_num_queries(20) as one:
        owner_calls("GET", "auth/api-keys", status=200)
    ApiKeyFactory.create_batch(2, agency=agency)

    with django_assert_max_num_queries(20) as three:
        assert len(owner_calls("GET", "auth/api-keys", status=200)["data"]) == 3
    assert len(three) == len(one)


def test_a_keys_own_limit_comes_first(make_caller, owner_calls) -> None:
    calls = make_caller("customers:read", requests_per_minute=2)

    calls("GET", "customers", status=200)
    assert calls.response["RateLimit-Limit"] == "2"
    assert calls.response["RateLimit-Remaining"] == "1"
    assert 0 < int(calls.response["RateLimit-Reset"]) <= 60
    calls("GET", "customers", status=200)
    assert calls("GET", "customers", status=429)["code"] == "too_many_requests"
    assert calls.response["RateLimit-Remaining"] == "0"
    assert int(calls.response["Retry-After"]) > 0
    owner_calls("GET", "customers", status=200)


def test_the_plan_limits_all_keys_together(make_caller, agency) -> None:
    Plan.objects.filter(pk=agency.plan_id).update(api_requests_per_minute=3)
    first, second = make_caller("customers:read"), make_caller("customers:read")

    for calls in (first, second, first):
        calls("GET", "customers", status=200)

    second("GET", "customers", status=429)


def test_an_unlimited_plan_says_nothing_of_limits(make_caller, agency) -> None:
    Plan.objects.filter(pk=agency.plan_id).update(api_requests_per_minute=-1)
    calls = make_caller("customers:read")

    calls("GET", "customers", status=200)

    assert "RateLimit-Limit" not in calls.response


def test_repeated_creation_by_key_makes_one(make_caller, agency) -> None:
    calls = make_caller("customers:write")
    body = {"name": "Una", "email": "una@una.test"}

    first = calls("POST", "customers", body, status=201, idempotency_key="a")
    again = calls("POST", "customers", body, status=201, idempotency_key="a")

    assert first["data"]["id"] == again["data"]["id"]
    assert calls.response["Idempotent-Replayed"] == "true"
