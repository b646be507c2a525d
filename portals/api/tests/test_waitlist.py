"""``waitlist`` through the API."""

from __future__ import annotations

import pytest
from django.utils import timezone

from booking.due_handlers import offer_what_came_free
from booking.due_kinds import TEND_LIST
from portals.api.tests.bookings import at, make_room, stay
from tenants.customers.tests.factories import CustomerFactory
from tenants.models import DueWork, MailMessage, Plan

GUEST = {"name": "Anna Verdi", "email": "anna@verdi.example"}


@pytest.fixture(autouse=True)
def many_calls(db: None) -> None:
    Plan.objects.update(spaces=-1, api_requests_per_minute=-1)


@pytest.fixture
def room(owner_calls) -> str:
    return make_room(owner_calls)


@pytest.fixture
def reservation(owner_calls, room) -> str:
    body = {"space": room, **stay(at(10))}
    return owner_calls("POST", "reservations", body, status=201)["data"]["id"]


def join(calls, room: str, *, status: int = 201, **more) -> dict:
    body = {"space": room, **stay(at(10)), "guest": GUEST, **more}
    answer = calls("POST", "waitlist", body, status=status)
    return answer["data"] or answer


def test_waiting_is_listed_and_ended(owner_calls, room, reservation) -> None:
    made = join(owner_calls, room)

    assert (made["state"], made["position"], made["minutes"], made["hold"]) == (
        "WAITING",
        1,
        60,
        None,
    )
    assert owner_calls("GET", f"waitlist/{made['id']}", status=200)["data"] == made
    listed = owner_calls("GET", f"waitlist?space={room}&state=WAITING&search=anna", status=200)
    assert [one["id"] for one in listed["data"]] == [made["id"]]
    assert owner_calls("GET", "waitlist?search=nobody", status=200)["data"] == []
    left = owner_calls("DELETE", f"waitlist/{made['id']}", status=200)["data"]
    assert (left["state"], left["position"]) == ("LEFT", None)
    assert "verdi.example" in MailMessage.objects.latest("pk").recipient


def test_what_is_free_or_makes_no_sense_is_refused(owner_calls, room, reservation) -> None:
    assert join(owner_calls, room, status=422, **stay(at(14)))["code"] == "still_free"
    assert join(owner_calls, room, status=422, minutes=600)["code"] == "wish_invalid"
    assert join(owner_calls, room, status=422, ends_at=at(9).isoformat())["code"] == (
        "end_before_start"
    )
    assert join(owner_calls, room, status=400, minutes="60")["errors"]["minutes"]


def test_a_customer_waits_for_itself(owner_calls, room, reservation, in_agency) -> None:
    customer = CustomerFactory(name="Trattoria", email="info@trattoria.test")
    body = {"space": room, **stay(at(10)), "customer": customer.public_id}

    made = owner_calls("POST", "waitlist", body, status=201)["data"]

    assert (made["customer"], made["email"]) == (customer.public_id, "info@trattoria.test")
    listed = owner_calls("GET", f"waitlist?customer={customer.public_id}", status=200)["data"]
    assert [one["id"] for one in listed] == [made["id"]]


def test_an_offer_shows_its_hold(owner_calls, room, reservation, agency) -> None:
    made = join(owner_calls, room)
    owner_calls("DELETE", f"reservations/{reservation}", status=200)
    run_due(agency)

    found = owner_calls("GET", f"waitlist/{made['id']}", status=200)["data"]

    assert found["state"] == "OFFERED"
    assert found["hold"]["starts_at"] == made["starts_at"]
    assert found["hold"]["expires_at"]


def run_due(agency) -> None:
    """Do what the worker would do in a moment."""
    due = DueWork.objects.get(kind=TEND_LIST)
    offer_what_came_free(key=due.key, agency_id=agency.pk, at=timezone.now())
