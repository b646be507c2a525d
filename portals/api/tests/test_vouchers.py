"""Vouchers through the API: made, found, changed, used and ended."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portals.api.tests.bookings import PAID, at, make_house, make_room, stay

VOUCHER = {"code": "estate-20", "percent": 20}
EUROS = {"amount_minor": 500, "currency": "EUR"}


@pytest.fixture
def room(owner_calls) -> str:
    house = make_house(owner_calls)
    return make_room(owner_calls, location=house, **{**PAID, "payment": "PAY_LATER"})


@pytest.fixture
def make(owner_calls):
    def call(**fields) -> dict[str, object]:
        made = owner_calls("POST", "vouchers", {**VOUCHER, **fields}, status=201)
        return dict(made["data"])

    return call


def test_it_is_made_listed_changed_and_ended(owner_calls, room, make) -> None:
    made = make(note="Per la fiera", spaces=[room], last_day="2030-08-31", most_uses=3)
    one = f"vouchers/{made['id']}"

    assert (made["code"], made["percent"], made["amount"]) == ("ESTATE-20", 20, None)
    assert (made["spaces"], made["last_day"], made["used"]) == ([room], "2030-08-31", 0)
    assert owner_calls("GET", "vouchers?search=fiera")["data"] == [made]
    assert owner_calls("GET", "vouchers?search=neve")["data"] == []
    changes = {"percent": None, "amount": EUROS, "spaces": [], "last_day": None}
    changed = owner_calls("PATCH", one, changes)["data"]
    assert (changed["percent"], changed["amount"], changed["last_day"]) == (None, EUROS, None)
    assert changed["spaces"] == []
    assert owner_calls("PATCH", one, {})["data"] == changed
    assert owner_calls("GET", one)["data"] == changed
    ended = owner_calls("DELETE", one)["data"]
    assert ended["ended_at"] is not None
    assert owner_calls("DELETE", one)["data"] == ended
    assert owner_calls("PATCH", one, {"percent": 5}, status=409)["code"] == "voucher_over"


def test_its_uses_are_counted(owner_calls, room, make) -> None:
    made = make()
    guest = {"guest": {"name": "Anna Verdi", "email": "anna@verdi.test"}}

    body = {"space": room, **stay(at(10)), **guest, "voucher": "Estate-20"}
    booked = owner_calls("POST", "reservations", body, status=201)["data"]

    assert booked["total"]["amount_minor"] == 800
    assert owner_calls("GET", f"vouchers/{made['id']}")["data"]["used"] == 1
    assert [one["used"] for one in owner_calls("GET", "vouchers")["data"]] == [1]


def test_a_repeated_call_makes_one(owner_calls) -> None:
    key = {"Idempotency_Key": "voucher-0001"}

    first = owner_calls("POST", "vouchers", VOUCHER, status=201, **key)
    again = owner_calls("POST", "vouchers", VOUCHER, status=201, **key)

    assert first["data"] == again["data"]
    assert "code" in owner_calls("POST", "vouchers", VOUCHER, status=422)["errors"]


def test_a_change_that_somebody_else_was_faster_with_is_refused(owner_calls, make) -> None:
    one = f"vouchers/{make()['id']}"
    owner_calls("GET", one)
    seen = owner_calls.response["ETag"]
    owner_calls("PATCH", one, {"most_uses": 5}, status=200, If_Match=seen)

    refused = owner_calls("PATCH", one, {"most_uses": 9}, status=409, If_Match=seen)

    assert refused["code"] == "stale"
    assert owner_calls("GET", one)["data"]["most_uses"] == 5


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"code": "ab"}, 422, "code"),
        ({"code": "x" * 21}, 400, "code"),
        ({"percent": 101}, 400, "percent"),
        ({"percent": None}, 422, "percent"),
        ({"amount": EUROS}, 422, "percent"),
        ({"percent": None, "amount": {**EUROS, "amount_minor": 0}}, 422, "amount"),
        ({"first_day": "2030-02-01", "last_day": "2030-01-31"}, 422, "last_day"),
        ({"last_day": "31.1.2030"}, 400, "last_day"),
        ({"most_uses": -1}, 400, "most_uses"),
        ({"note": "x" * 121}, 400, "note"),
        ({"spaces": ["spc_01jd3vq8x0v4k5m6n7p8q9r0st"]}, 422, "spaces"),
        ({"colour": "red"}, 400, "colour"),
    ],
)
def test_what_makes_no_sense_is_refused(owner_calls, in_agency, changes, status, field) -> None:
    refused = owner_calls("POST", "vouchers", {**VOUCHER, **changes}, status=status)

    assert field in refused["errors"]
    assert owner_calls("GET", "vouchers")["data"] == []


def test_its_code_stays(owner_calls, make) -> None:
    one = f"vouchers/{make()['id']}"

    assert "code" in owner_calls("PATCH", one, {"code": "ALTRO"}, status=400)["errors"]


def test_customers_neither_see_nor_make_one(contact_calls, viewer_calls, make) -> None:
    made = make()

    assert contact_calls("GET", "vouchers")["data"] == []
    contact_calls("GET", f"vouchers/{made['id']}", status=404)
    contact_calls("POST", "vouchers", {**VOUCHER, "code": "MIO2030"}, status=403)
    viewer_calls("DELETE", f"vouchers/{made['id']}", status=403)


def test_a_list_costs_the_same_for_one_and_for_three(owner_calls, room, make) -> None:
    make(spaces=[room])
    owner_calls("GET", "vouchers")
    with CaptureQueriesContext(connection) as one:
        owner_calls("GET", "vouchers")
    for number in (1, 2):
        make(code=f"ESTATE-{number}", spaces=[room])

    with CaptureQueriesContext(connection) as three:
        owner_calls("GET", "vouchers")

    assert len(three) == len(one)
