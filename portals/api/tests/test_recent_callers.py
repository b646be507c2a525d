"""Lists remember who sent a token for a moment, and nothing else does."""

from __future__ import annotations

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portals.api import recent
from portals.api.recent import Door, RecentCallers, door_of
from portals.api.tests.conftest import Caller
from portals.api.tokens import issue_tokens
from tenants.hosts import forget_hosts, host_of
from tenants.models import Membership
from tenants.services.sessions import end_all_sessions
from tenants.states import AgencyState, PortalName

PLACE = {"host": "api.localhost", "portal": "API", "address": "192.0.2.1"}


@pytest.fixture
def callers(settings, monkeypatch) -> RecentCallers:
    settings.SPOTEX_CALLER_SECONDS = 600.0
    fresh = RecentCallers()
    monkeypatch.setattr("portals.api.auth.recent_callers", fresh)
    return fresh


def forget(callers: RecentCallers) -> None:
    """Let the moment pass."""
    for door, (_until, identity) in list(callers._known.items()):
        callers._known[door] = (time.monotonic(), identity)


def test_the_next_page_of_a_list_looks_nobody_up(callers, owner_calls) -> None:
    owner_calls("GET", "customers", status=200)

    with CaptureQueriesContext(connection) as queries:
        owner_calls("GET", "customers", status=200)

    assert len(queries) == 1
    assert "customers_customer" in queries[0]["sql"]


def test_a_removed_member_is_out_when_the_moment_has_passed(callers, viewer, viewer_calls) -> None:
    viewer_calls("GET", "customers", status=200)
    Membership.objects.filter(user=viewer).delete()
    viewer_calls("GET", "customers", status=200)

    forget(callers)

    viewer_calls("GET", "customers", status=401)


def test_an_ended_session_is_out_when_the_moment_has_passed(callers, owner, owner_calls) -> None:
    owner_calls("GET", "customers", status=200)
    end_all_sessions(owner)

    forget(callers)

    owner_calls("GET", "customers", status=401)


def test_what_writes_or_shows_one_thing_always_looks(callers, viewer, viewer_calls) -> None:
    viewer_calls("GET", "customers", status=200)
    Membership.objects.filter(user=viewer).delete()

    viewer_calls("GET", "auth/me", status=401)
    viewer_calls("POST", "customers", {"name": "Bar", "email": "b@bar.test"}, status=401)


def test_a_remembered_token_opens_no_other_host(
    callers, owner, owner_actor, agency_host, customer_host, other_agency
) -> None:
    token = issue_tokens(owner, actor=owner_actor)["access"]
    Caller(agency_host, token)("GET", "customers", status=200)
    Caller("api.localhost", token)("GET", "customers", status=200)

    Caller(customer_host, token)("GET", "customers", status=403)
    Caller(host_of(other_agency.slug, PortalName.AGENCY), token)("GET", "customers", status=403)


def test_a_suspended_agency_is_closed_at_once_on_its_own_host(
    callers, agency, owner, owner_actor, agency_host
) -> None:
    calls = Caller(agency_host, issue_tokens(owner, actor=owner_actor)["access"])
    calls("GET", "customers", status=200)
    agency.state, agency.suspension_cause = AgencyState.SUSPENDED, "STAFF"
    agency.save(update_fields=["state", "suspension_cause"])
    forget_hosts()

    calls("GET", "customers")

    assert calls.response.status_code in {402, 403, 503}


def test_a_caller_is_forgotten_when_the_token_expires(settings) -> None:
    settings.SPOTEX_CALLER_SECONDS = 600.0
    callers = RecentCallers()
    door = door_of("a-token", **PLACE)

    callers.note(door, object(), until=time.time())

    assert callers.find(door) is None


def test_only_so_many_callers_are_remembered(settings, monkeypatch) -> None:
    settings.SPOTEX_CALLER_SECONDS = 600.0
    monkeypatch.setattr(recent, "CAPACITY", 2)
    callers = RecentCallers()
    doors: list[Door] = [door_of(name, **PLACE) for name in ("first", "second", "third")]

    for door in doors:
        callers.note(door, door[0], until=time.time() + 60)

    assert [callers.find(door) for door in doors] == [None, doors[1][0], doors[2][0]]


def test_nothing_is_remembered_when_it_is_switched_off(settings) -> None:
    settings.SPOTEX_CALLER_SECONDS = 0.0
    callers = RecentCallers()
    door = door_of("a-token", **PLACE)

    callers.note(door, object(), until=time.time() + 60)

    assert callers.find(door) is None
