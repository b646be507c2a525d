"""R9: limits of booking at their edge, asked for by twenty at once through the API."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from django.test import Client

from booking.models import Claim, Hold, Reservation, Space
from portals.api.tests.bookings import at, make_house, make_room, slot_of
from portals.api.tests.conftest import API_HOST, Caller
from portals.api.tokens import issue_tokens
from spotex.kernel import locks
from spotex.kernel.actor import Via
from spotex.kernel.tenancy import agency_scope
from tenants.access import actor_of_member
from tenants.customers.access import actor_of_contact
from tenants.customers.tests.factories import ContactFactory, CustomerFactory
from tenants.hosts import snapshot_of
from tenants.models import Agency, Membership, Plan
from tenants.services.accounts import mark_email_verified
from tenants.tests.factories import UserFactory
from tenants.tests.threads import run_together

REQUESTS = 20

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _patience(monkeypatch):
    """A slow machine is no reason to tell one of twenty that a row is busy."""
    monkeypatch.setattr(locks, "WAIT_MILLISECONDS", 60_000)


@pytest.fixture
def acme() -> Agency:
    Plan.objects.update(api_requests_per_minute=-1, spaces=-1)
    return Agency.objects.select_related("plan").get(slug="acme")


@pytest.fixture
def owner_token(acme) -> str:
    owner = Membership.objects.select_related("user").get(agency=acme)
    mark_email_verified(owner.user)
    return str(
        issue_tokens(
            owner.user, actor=actor_of_member(owner, agency=snapshot_of(acme), via=Via.API)
        )["access"]
    )


@pytest.fixture
def person_token(acme) -> str:
    """One of a customer's people: whoever is not of the agency has limits."""
    with agency_scope(acme):
        user = UserFactory()
        contact = ContactFactory(
            customer=CustomerFactory(), user=user, email=user.email, state="ACTIVE"
        )
        mark_email_verified(user)
        actor = actor_of_contact(contact, agency=snapshot_of(acme), via=Via.API)
    return str(issue_tokens(user, actor=actor)["access"])


def post(path: str, body: dict, *, token: str) -> tuple[int, str]:
    answer = Client(HTTP_HOST=API_HOST).post(
        f"/api/v1/{path}",
        json.dumps(body),
        content_type="application/json",
        headers={"authorization": f"Bearer {token}"},
    )
    return answer.status_code, json.loads(answer.content).get("code", "")


def count_at_once(call) -> Counter:
    return Counter(run_together(REQUESTS, call))


def test_one_person_at_twenty_windows_holds_three_slots(acme, owner_token, person_token) -> None:
    room = make_room(Caller(token=owner_token))
    slots = [slot_of(room, at(number)) for number in range(REQUESTS)]

    results = count_at_once(
        lambda number: post(f"slots/{slots[number]}/hold", {}, token=person_token)
    )

    assert results == {(201, ""): 3, (422, "too_many_holds"): REQUESTS - 3}
    with agency_scope(acme):
        assert (Hold.objects.count(), Claim.objects.count()) == (3, 3)


def test_as_many_are_booked_as_there_are_places(acme, owner_token, person_token) -> None:
    room = make_room(Caller(token=owner_token), seats=7, capacity=7)
    slot = slot_of(room, at(10))

    results = count_at_once(lambda _number: post(f"slots/{slot}/book", {}, token=person_token))

    assert results == {(201, ""): 7, (409, "slot_taken"): REQUESTS - 7}
    with agency_scope(acme):
        seats = Reservation.objects.values_list("seat", flat=True)
        assert sorted(seats) == list(range(7))


def test_one_person_has_as_many_reservations_as_the_space_allows(
    acme, owner_token, person_token
) -> None:
    room = make_room(Caller(token=owner_token))
    with agency_scope(acme):
        Space.objects.update(most_per_person=2)
    slots = [slot_of(room, at(number)) for number in range(REQUESTS)]

    results = count_at_once(
        lambda number: post(f"slots/{slots[number]}/book", {}, token=person_token)
    )

    assert results == {(201, ""): 2, (422, "too_many_reservations"): REQUESTS - 2}


def test_the_plan_allows_as_many_spaces_as_it_says(acme, owner_token) -> None:
    Plan.objects.update(spaces=4)
    calls = Caller(token=owner_token)
    house = make_house(calls)
    body = {"name": "Sala", "kind": "DESK", "location": house}

    results = count_at_once(lambda _number: post("spaces", body, token=owner_token))

    assert results[201, ""] == 4
    assert sum(results.values()) == REQUESTS
    assert {status for status, _code in results} <= {201, 422}
    with agency_scope(acme):
        assert Space.objects.count() == 4
