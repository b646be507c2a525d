"""The protocol around every call: envelope, bad bodies, methods, limits, health, document."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError
from django.test import override_settings

from portals.api.tests.conftest import Caller
from portals.monitoring.vitals import record_pulse

BODY = {"name": "Bar Sport", "email": "bar@sport.test"}
MIB = 1024 * 1024


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"nothing",
        b"\xff\xfe",
        b"\x00",
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"name": "\\ud800"}',
        b'{"\\udfff": 1}',
        b'{"name": ' + b"9" * 5_000 + b"}",
        b'{"name": 1e400}',
        b"[]",
        b'"text"',
        b"null",
        b"7",
    ],
)
def test_bodies_that_are_no_object_are_refused(owner_calls, raw) -> None:
    answer = owner_calls("POST", "customers", raw, status=400)

    assert answer["success"] is False


def test_numbers_beyond_any_column_are_refused(owner_calls) -> None:
    owner_calls("POST", "customers", {**BODY, "name": 10**4_000}, status=400)


@pytest.mark.parametrize("size", [MIB + 1, 20 * MIB])
def test_large_bodies_are_refused(owner_calls, size) -> None:
    answer = owner_calls("POST", "customers", b'{"name": "' + b"x" * size + b'"}', status=413)

    assert answer["code"] == "too_large"


def test_other_media_types_are_refused(owner_calls) -> None:
    response = owner_calls.client.post(
        "/api/v1/customers",
        {"name": "x"},
        headers=owner_calls.headers,
    )

    assert response.status_code == 415
    assert response.json()["code"] == "unsupported_media_type"


@pytest.mark.parametrize(
    ("method", "path"),
    [("PUT", "customers"), ("GET", "auth/login"), ("OPTIONS", "customers"), ("TRACE", "health")],
)
def test_unknown_methods_are_refused_with_the_known_ones(owner_calls, method, path) -> None:
    answer = owner_calls(method, path, status=405)

    assert answer["code"] == "method_not_allowed"
    assert owner_calls.response["Allow"]


def test_any_accept_header_gets_json(owner_calls) -> None:
    owner_calls("GET", "customers", status=200, accept="text/html")

    assert owner_calls.response["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("body", "content_type", "sentence"),
    [
        (b'{"name": [], "email": "a@b.test"}', "application/json", "Non è un testo valido."),
        (b"null", "application/json", "Il corpo della richiesta non contiene valori."),
        (b"x", "text/plain", "Il tipo di contenuto «text/plain» della richiesta non è supportato."),
    ],
)
def test_the_frameworks_own_sentences_are_italian_too(
    owner_calls, body: bytes, content_type: str, sentence: str
) -> None:
    answer = owner_calls.client.post(
        "/api/v1/customers",
        body,
        content_type=content_type,
        headers={**owner_calls.headers, "accept-language": "it"},
    )

    assert sentence in answer.content.decode()


def test_request_id_is_echoed(owner_calls) -> None:
    owner_calls("GET", "customers", x_request_id="abc-1")

    assert owner_calls.response["X-Request-ID"] == "abc-1"


def test_no_token_is_answered_with_a_challenge(anonymous) -> None:
    answer = anonymous("GET", "customers", status=401)

    assert answer["code"] == "not_authenticated"
    assert anonymous.response["WWW-Authenticate"].startswith("Bearer")


def test_session_cookie_opens_no_endpoint(client_for, owner) -> None:
    assert client_for(owner).get("/api/v1/customers").status_code == 401


@pytest.fixture
def one_minute(monkeypatch) -> None:
    """Let a test not meet the end of a minute."""
    monkeypatch.setattr("spotex.kernel.limits.time.time", lambda: 1_800_000_000.0)


def _count_answers(calls, times: int) -> int:
    for _ in range(times):
        answer = calls("GET", "customers")
        if calls.response.status_code == 429:
            assert answer["code"] == "too_many_requests"
            assert 0 < int(calls.response["Retry-After"]) <= 60
    return calls.response.status_code


def test_the_plan_limits_an_agencys_calls_a_minute(
    owner_calls, viewer_calls, other_calls, agency, one_minute
) -> None:
    agency.plan.api_requests_per_minute = 4
    agency.plan.save()

    assert _count_answers(owner_calls, 2) == _count_answers(viewer_calls, 2) == 200
    assert _count_answers(viewer_calls, 1) == _count_answers(owner_calls, 1) == 429
    assert _count_answers(other_calls, 1) == 200


def test_a_contact_cannot_use_up_the_agencys_calls(
    contact_calls, owner_calls, agency, one_minute
) -> None:
    agency.plan.api_requests_per_minute = 4
    agency.plan.save()

    assert _count_answers(contact_calls, 2) == 200
    assert _count_answers(contact_calls, 5) == 429
    assert _count_answers(owner_calls, 2) == 200
    assert _count_answers(owner_calls, 1) == 429


@override_settings(SPOTEX_API_ANONYMOUS_PER_MINUTE=2)
@pytest.mark.parametrize("token", ["x", ""])
def test_bad_tokens_count_against_the_address(owner_calls, one_minute, token) -> None:
    guesses = Caller(token=token)

    assert _count_answers(guesses, 2) == 401
    assert _count_answers(guesses, 1) == 429
    assert _count_answers(owner_calls, 1) == 200


@override_settings(SPOTEX_API_ANONYMOUS_PER_MINUTE=1)
def test_strangers_are_limited_by_address(anonymous) -> None:
    body = {"key": "x"}
    answers = [anonymous("POST", "auth/verify-email", body)["code"] for _ in range(4)]

    assert "too_many_requests" in answers
    anonymous("GET", "health", status=200)


@pytest.fixture
def working(db) -> None:
    """Workers of both queues answered a moment ago."""
    record_pulse("default")
    record_pulse("operations")


@pytest.mark.usefixtures("working")
@pytest.mark.parametrize("path", ["health", "health/db", "health/redis", "monitoring/health"])
def test_health_is_public(anonymous, path) -> None:
    assert anonymous("GET", path, status=200)["data"]["status"] == "ok"


@pytest.mark.usefixtures("working")
@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_health_names_what_is_away(anonymous) -> None:
    answer = anonymous("GET", "monitoring/health", status=503)

    assert answer["message"] == "Not available: redis."
    assert anonymous.response["Retry-After"]


def test_a_database_that_is_away_is_503(owner_calls, monkeypatch) -> None:
    def fail(*_args: object, **_named: object) -> None:
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("portals.api.v1.views.customers.list_customers_for", fail)

    assert owner_calls("GET", "customers", status=503)["code"] == "unavailable"
    assert owner_calls.response["Retry-After"]


def test_document_is_served_everywhere(owner_calls, agency_host, db) -> None:
    for host in ("api.localhost", "www.localhost", agency_host):
        document = Caller(host)("GET", "openapi.json", status=200)
        assert document["openapi"].startswith("3.1")


def test_bare_host_leads_to_the_documents(anonymous) -> None:
    response = anonymous.client.get("/")

    assert (response.status_code, response["Location"]) == (302, "/api/v1/docs")


@pytest.mark.parametrize("path", ["docs", "redoc"])
def test_readers_come_without_foreign_hosts(anonymous, path) -> None:
    html = anonymous.client.get(f"/api/v1/{path}").content.decode()

    assert "https://" not in html
    assert "<script>" not in html


def test_errors_have_the_whole_envelope(anonymous) -> None:
    answer = anonymous("GET", "customers", status=401)

    assert list(answer) == ["success", "data", "message", "code", "errors", "timestamp"]
    assert json.dumps(answer["errors"]) == "{}"
