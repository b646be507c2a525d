"""Packages and credits through the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portals.api.tests.bookings import PAID, at, make_room, stay

TEN = {
    "name": "Dieci ore",
    "minutes": 600,
    "price": {"amount_minor": 20_000, "currency": "EUR"},
    "valid_days": 90,
}


@pytest.fixture
def room(owner_calls) -> str:
    return make_room(owner_calls, **PAID)


@pytest.fixture
def package(owner_calls) -> str:
    return owner_calls("POST", "packages", TEN, status=201)["data"]["id"]


@pytest.fixture
def grant(owner_calls, package, customer):
    def call(**fields) -> dict:
        path = f"customers/{customer.public_id}/credits"
        return owner_calls("POST", path, {"package": package, **fields}, status=201)["data"]

    return call


def test_a_package_is_made_changed_and_archived(owner_calls, room) -> None:
    made = owner_calls("POST", "packages", {**TEN, "spaces": [room]}, status=201)["data"]
    path = f"packages/{made['id']}"
    assert (made["minutes"], made["price"]["amount_minor"], made["spaces"]) == (600, 20_000, [room])
    tag = owner_calls.response["ETag"]

    changed = owner_calls("PATCH", path, {"minutes": 60, "spaces": []}, if_match=tag, status=200)
    owner_calls("PATCH", path, {"minutes": 30}, if_match=tag, status=409)
    same = owner_calls("PATCH", path, {}, status=200)
    gone = owner_calls("DELETE", path, status=200)

    assert (changed["data"]["minutes"], changed["data"]["spaces"]) == (60, [])
    assert same["data"]["minutes"] == 60
    assert gone["data"]["archived_at"]
    assert owner_calls("GET", path, status=200)["data"]["archived_at"]
    listed = owner_calls("GET", "packages?search=dieci&ordering=name", status=200)
    assert [one["id"] for one in listed["data"]] == [made["id"]]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": "  ", "minutes": 60}, 400, "name"),
        ({"name": "Ore", "minutes": 0}, 400, "minutes"),
        (
            {"name": "Ore", "minutes": 60, "spaces": ["spc_01jd3vq8x0v4k5m6n7p8q9r0st"]},
            422,
            "spaces",
        ),
        ({"name": "Ore", "minutes": 60, "valid_days": 99_999}, 400, "valid_days"),
    ],
)
def test_a_package_that_makes_no_sense_is_refused(owner_calls, body, status, field) -> None:
    answer = owner_calls("POST", "packages", body, status=status)

    assert list(answer["errors"]) == [field]
    assert owner_calls("GET", "packages", status=200)["data"] == []


def test_credits_are_granted_once_for_a_key_and_listed_with_their_book(
    owner_calls, package, customer
) -> None:
    path = f"customers/{customer.public_id}/credits"
    body = {"package": package, "reason": "Fattura 17"}

    first = owner_calls("POST", path, body, status=201, idempotency_key="one")["data"]
    again = owner_calls("POST", path, body, status=201, idempotency_key="one")["data"]

    assert again == first
    assert (first["left_minutes"], first["reserved_minutes"]) == (600, 0)
    assert first["package"] == package
    listed = owner_calls("GET", path, status=200)["data"]
    assert listed == [first]
    assert owner_calls("GET", f"credits/{first['id']}", status=200)["data"] == first
    book = owner_calls("GET", f"credits/{first['id']}/entries", status=200)["data"]
    assert [(one["kind"], one["minutes"], one["reason"]) for one in book] == [
        ("GRANTED", 600, "Fattura 17")
    ]


def test_a_package_that_is_not_there_is_not_granted(owner_calls, customer) -> None:
    body = {"package": "pkg_01jd3vq8x0v4k5m6n7p8q9r0st"}

    answer = owner_calls("POST", f"customers/{customer.public_id}/credits", body, status=422)

    assert list(answer["errors"]) == ["package"]


def test_a_credit_is_corrected(owner_calls, grant) -> None:
    path = f"credits/{grant()['id']}/entries"

    done = owner_calls("POST", path, {"minutes": -60, "reason": "Errore"}, status=201)
    answer = owner_calls("POST", path, {"minutes": -541, "reason": "Errore"}, status=422)

    assert done["data"]["left_minutes"] == 540
    assert (answer["code"], list(answer["errors"])) == ("credit_invalid", ["minutes"])


def test_a_stay_is_paid_with_the_customers_credits(owner_calls, grant, room, customer) -> None:
    credit = grant()
    body = {"space": room, **stay(at(10, day=5)), "customer": customer.public_id}

    made = owner_calls("POST", "reservations", {**body, "pay_with_credits": True}, status=201)

    made = made["data"]
    assert (made["state"], made["total"]["amount_minor"]) == ("CONFIRMED", 0)
    assert made["price_lines"][1] == {
        "kind": "CREDIT",
        "label": "",
        "quantity": 60,
        "unit_price": {"amount_minor": 0, "currency": "EUR"},
        "amount": {"amount_minor": -1_000, "currency": "EUR"},
    }
    book = owner_calls("GET", f"credits/{credit['id']}/entries", status=200)["data"]
    assert (book[0]["kind"], book[0]["minutes"], book[0]["reservation"]) == (
        "USED",
        -60,
        made["id"],
    )
    owner_calls("DELETE", f"reservations/{made['id']}", status=200)
    assert owner_calls("GET", f"credits/{credit['id']}", status=200)["data"]["left_minutes"] == 600


def test_without_credits_the_wish_is_refused(owner_calls, room, customer) -> None:
    body = {"space": room, **stay(at(10)), "customer": customer.public_id, "pay_with_credits": True}

    answer = owner_calls("POST", "reservations", body, status=422)

    assert (answer["code"], list(answer["errors"])) == ("credits_unusable", ["pay_with_credits"])
    assert owner_calls("GET", "reservations", status=200)["data"] == []


def test_a_series_is_not_paid_with_credits(owner_calls, room, grant, customer) -> None:
    grant()
    body = {
        "space": room,
        **stay(at(10)),
        "customer": customer.public_id,
        "pay_with_credits": True,
        "recurrence": {"frequency": "DAILY", "count": 2},
    }

    answer = owner_calls("POST", "reservations", body, status=422)

    assert (answer["code"], list(answer["errors"])) == (
        "credits_not_repeated",
        ["pay_with_credits"],
    )


def test_customers_see_what_is_theirs_and_what_is_offered(
    owner_calls, contact_calls, grant, package, other_customer
) -> None:
    mine = grant()
    other = owner_calls(
        "POST", f"customers/{other_customer.public_id}/credits", {"package": package}, status=201
    )["data"]
    theirs = contact_calls

    assert [one["id"] for one in theirs("GET", "packages", status=200)["data"]] == [package]
    theirs("GET", f"credits/{mine['id']}", status=200)
    theirs("GET", f"credits/{other['id']}", status=404)
    theirs("POST", f"credits/{mine['id']}/entries", {"minutes": 60, "reason": "x"}, status=403)
    theirs("GET", f"customers/{other_customer.public_id}/credits", status=404)


@pytest.mark.parametrize("path", ["packages", "customers/{customer}/credits"])
def test_a_list_costs_the_same_for_one_row_and_for_three(
    owner_calls, grant, room, customer, path
) -> None:
    address, counts = path.format(customer=customer.public_id), []
    grant()
    owner_calls("GET", address, status=200)
    for more in (0, 2):
        for _each in range(more):
            grant()
            owner_calls("POST", "packages", {**TEN, "spaces": [room]}, status=201)
        with CaptureQueriesContext(connection) as queries:
            owner_calls("GET", address, status=200)
        counts.append(len(queries))

    assert counts[0] == counts[1]
