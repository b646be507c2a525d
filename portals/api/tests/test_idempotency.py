"""Repeated calls, one after the other and at the same time."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from portals.api.tests.conftest import Caller
from portals.api.tokens import issue_tokens
from portals.shared.devices import end_token_chains
from spotex.kernel.actor import Via
from spotex.kernel.models import IdempotencyKey
from spotex.kernel.tenancy import agency_scope
from tenants.access import actor_of_member
from tenants.customers.models import Customer
from tenants.hosts import snapshot_of
from tenants.models import Agency, Membership, User

BODY = {"name": "Bar Sport", "email": "bar@sport.test"}


def _count(agency) -> int:
    with agency_scope(agency):
        return Customer.objects.count()


def test_a_repeated_call_repeats_its_answer(owner_calls, agency) -> None:
    first = owner_calls("POST", "customers", BODY, status=201, idempotency_key="k")
    assert "Idempotent-Replayed" not in owner_calls.response
    second = owner_calls("POST", "customers", BODY, status=201, idempotency_key="k")

    assert owner_calls.response["Idempotent-Replayed"] == "true"
    assert first["data"] == second["data"]
    assert _count(agency) == 1


def test_the_key_of_another_call_is_refused(owner_calls, agency) -> None:
    owner_calls("POST", "customers", BODY, status=201, idempotency_key="k")

    answer = owner_calls(
        "POST", "customers", {**BODY, "name": "X"}, status=422, idempotency_key="k"
    )

    assert answer["code"] == "idempotency_key_reused"
    assert _count(agency) == 1


def test_a_failed_call_can_be_corrected_with_its_key(owner_calls, agency) -> None:
    wrong = {**BODY, "vat_number": "12345678901"}
    owner_calls("POST", "customers", wrong, status=422, idempotency_key="k")

    owner_calls("POST", "customers", BODY, status=201, idempotency_key="k")

    assert _count(agency) == 1


def test_keys_of_different_callers_never_meet(
    owner_calls, other_calls, colleague, colleague_actor, caller_for, agency
) -> None:
    for calls in (owner_calls, other_calls, caller_for(colleague, colleague_actor)):
        calls("POST", "customers", BODY, status=201, idempotency_key="k")
        assert "Idempotent-Replayed" not in calls.response

    assert _count(agency) == 2


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "é"])
def test_keys_have_a_shape(owner_calls, key) -> None:
    answer = owner_calls("POST", "customers", BODY, status=400, idempotency_key=key)

    assert "Idempotency-Key" in answer["errors"]


def test_registration_is_repeated_without_storing_tokens(anonymous) -> None:
    body = {
        "email": "rita@rossi.test",
        "password": "una-frase-lunga-42",
        "full_name": "Rita",
        "agency_name": "Rossi",
        "agency_slug": "rossi-web",
    }

    first = anonymous("POST", "auth/register", body, status=201, idempotency_key="k")["data"]
    second = anonymous("POST", "auth/register", body, status=201, idempotency_key="k")["data"]

    assert first["agency"] == second["agency"]
    Caller(token=second["access"])("GET", "auth/me", status=200)
    stored = IdempotencyKey.objects.get(key="k")
    assert "refresh" not in stored.body["data"]
    assert "una-frase" not in stored.request_digest


def test_a_repeated_registration_is_no_log_in(anonymous) -> None:
    body = {
        "email": "rita@rossi.test",
        "password": "una-frase-lunga-42",
        "full_name": "Rita",
        "agency_name": "Rossi",
        "agency_slug": "rossi-web",
    }
    anonymous("POST", "auth/register", body, status=201, idempotency_key="k")

    def repeat() -> dict:
        return anonymous("POST", "auth/register", body, status=201, idempotency_key="k")["data"]

    user = User.objects.get(email=body["email"])
    user.is_active = False
    user.save()
    assert {"access", "refresh"} & set(repeat()) == set()
    user.is_active = True
    user.set_password("another-long-phrase-7")
    user.save()
    assert {"access", "refresh"} & set(repeat()) == set()
    user.set_password(body["password"])
    user.save()
    assert {"access", "refresh"} <= set(repeat())


@pytest.mark.django_db(transaction=True)
def test_two_calls_at_once_have_one_effect(django_db_blocker) -> None:
    from conftest import _find_or_create_agency

    agency = _find_or_create_agency("twins", name="Twins")
    agency = Agency.objects.select_related("plan").get(pk=agency.pk)
    member = Membership.objects.select_related("user").get(agency=agency)
    actor = actor_of_member(member, agency=snapshot_of(agency), via=Via.API)
    token = issue_tokens(member.user, actor=actor)["access"]
    start, answers = threading.Barrier(4), []

    def call() -> None:
        calls = Caller(token=token)
        start.wait()
        answers.append((calls("POST", "customers", BODY, idempotency_key="k"), calls.response))
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [response.status_code for _answer, response in answers] == [201] * 4
    assert len({answer["data"]["id"] for answer, _response in answers}) == 1
    assert sum("Idempotent-Replayed" in response for _answer, response in answers) == 3
    assert _count(agency) == 1
    end_token_chains(member.user)
