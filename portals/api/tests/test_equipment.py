"""Equipment through the API: what is lent, how much of it is left, and with which stay."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portals.api.tests.bookings import PAID, at, make_house, make_room, slot_of, stay

EUROS = {"amount_minor": 1_500, "currency": "EUR"}
GUEST = {"guest": {"name": "Anna Verdi", "email": "anna@verdi.test"}}
NO_PRICE = {"price": {"amount_minor": 0, "currency": "EUR"}}
PROJECTOR = {"name": "Proiettore", "pricing": "PER_BOOKING", "price": EUROS, "stock": 2}


@pytest.fixture
def house(owner_calls) -> str:
    return make_house(owner_calls)


@pytest.fixture
def room(owner_calls, house) -> str:
    return make_room(owner_calls, location=house, **{**PAID, "payment": "PAY_LATER"})


@pytest.fixture
def projector(owner_calls, house) -> str:
    made = owner_calls("POST", "equipment", {**PROJECTOR, "location": house}, status=201)
    return str(made["data"]["id"])


def test_it_is_made_listed_changed_and_archived(owner_calls, house, room) -> None:
    body = {**PROJECTOR, "location": house, "spaces": [room], "most_per_booking": 1}
    made = owner_calls("POST", "equipment", body, status=201)["data"]
    one = f"equipment/{made['id']}"

    assert (made["location"], made["price"], made["spaces"]) == (house, EUROS, [room])
    assert owner_calls("GET", f"equipment?location={house}&search=proiet")["data"] == [made]
    assert owner_calls("GET", f"equipment?location={make_house(owner_calls)}")["data"] == []
    changed = owner_calls("PATCH", one, {"stock": None, "spaces": [], "pricing": "FREE"})["data"]
    assert (changed["stock"], changed["spaces"]) == (None, [])
    assert changed["price"]["amount_minor"] == 0
    assert owner_calls("PATCH", one, {})["data"] == changed
    assert owner_calls("GET", one)["data"] == changed
    assert owner_calls("DELETE", one)["data"]["archived_at"] is not None
    assert owner_calls("GET", one, status=404)["code"] == "not_found"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        (NO_PRICE, "price"),
        ({"price": {"amount_minor": 5, "currency": "USD"}}, "price.currency"),
        ({"stock": -1}, "stock"),
        ({"most_per_booking": 0}, "most_per_booking"),
        ({"spaces": ["spc_01jd3vq8x0v4k5m6n7p8q9r0st"]}, "spaces"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_makes_no_sense_is_refused(owner_calls, house, changes, field) -> None:
    body = {**PROJECTOR, "location": house, **changes}

    status = 422 if field == "spaces" or changes == NO_PRICE else 400
    assert field in owner_calls("POST", "equipment", body, status=status)["errors"]
    assert owner_calls("GET", "equipment")["data"] == []


def test_what_is_left_is_said_for_a_time(owner_calls, room, projector) -> None:
    time = stay(at(10), hours=2)
    query = f"spaces/{room}/equipment?from={time['starts_at']}&to={time['ends_at']}".replace(
        "+", "%2B"
    )
    with_it = {
        "space": room,
        **stay(at(11)),
        **GUEST,
        "equipment": [{"id": projector, "quantity": 2}],
    }

    before = owner_calls("GET", query)["data"]
    booked = owner_calls("POST", "reservations", with_it, status=201)["data"]

    assert [(one["id"], one["left"], one["price"]) for one in before] == [(projector, 2, EUROS)]
    assert booked["equipment"] == [{"id": projector, "name": "Proiettore", "quantity": 2}]
    assert booked["total"]["amount_minor"] == 4_000
    assert booked["price_lines"][1] == {
        "kind": "EQUIPMENT",
        "label": "Proiettore",
        "quantity": 2,
        "unit_price": EUROS,
        "amount": {"amount_minor": 3_000, "currency": "EUR"},
    }
    assert owner_calls("GET", query)["data"][0]["left"] == 0
    other = make_room(owner_calls, location=booked["location"])
    refused = owner_calls(
        "POST", f"slots/{slot_of(other, at(11))}/hold", _want(projector), status=409
    )
    assert refused["code"] == "equipment_taken"
    backwards = f"spaces/{room}/equipment?from=2030-01-31T10:00:00Z&to=2030-01-31T10:00:00Z"
    assert "to" in owner_calls("GET", backwards, status=422)["errors"]


def _want(item: str, quantity: int = 1) -> dict[str, object]:
    return {"equipment": [{"id": item, "quantity": quantity}]}


def test_it_is_held_booked_and_changed(owner_calls, room, projector) -> None:
    slot = slot_of(room, at(10))
    held = owner_calls("POST", f"slots/{slot}/hold", _want(projector), status=201)["data"]
    assert (held["price"]["amount_minor"], held["equipment"][0]["quantity"]) == (2_500, 1)

    booked = owner_calls("POST", f"slots/{slot}/book", GUEST, status=201)["data"]
    one = f"reservations/{booked['id']}"
    more = owner_calls("PATCH", one, _want(projector, 2))["data"]
    none = owner_calls("PATCH", one, {"equipment": []})["data"]

    totals = [each["total"]["amount_minor"] for each in (booked, more, none)]
    assert totals == [2_500, 4_000, 1_000]
    assert [each["equipment"] != [] for each in (booked, more, none)] == [True, True, False]
    assert owner_calls("PATCH", one, _want(projector, 3), status=409)["code"] == "equipment_taken"
    twice = {"equipment": _want(projector)["equipment"] * 2}
    assert owner_calls("PATCH", one, twice)["data"]["equipment"][0]["quantity"] == 2


def test_what_does_not_exist_is_refused(owner_calls, room, projector) -> None:
    far = owner_calls(
        "POST", "equipment", {"location": make_house(owner_calls), "name": "Lavagna"}, status=201
    )
    slot = slot_of(room, at(10))

    for body in (_want(far["data"]["id"]), _want("eqp_01jd3vq8x0v4k5m6n7p8q9r0st")):
        assert (
            owner_calls("POST", f"slots/{slot}/hold", body, status=422)["code"]
            == "equipment_unknown"
        )
    for body, field in ((_want("x"), "id"), (_want(projector, 1_001), "quantity")):
        refused = owner_calls("POST", f"slots/{slot}/hold", body, status=400)
        assert f"equipment.0.{field}" in refused["errors"]


def test_stays_that_repeat_have_it_each(owner_calls, room, projector) -> None:
    body = {
        "space": room,
        **stay(at(10)),
        **GUEST,
        **_want(projector, 2),
        "recurrence": {"frequency": "DAILY", "count": 2},
    }

    owner_calls("POST", "reservations", body, status=201)

    listed = owner_calls("GET", "reservations")["data"]
    assert [one["total"]["amount_minor"] for one in listed] == [4_000, 4_000]


@pytest.mark.parametrize("address", ["equipment", "reservations"])
def test_a_list_costs_the_same_for_one_and_for_three(owner_calls, room, projector, address) -> None:
    def add(hour: int) -> None:
        house = owner_calls("GET", f"equipment/{projector}")["data"]["location"]
        body = {"location": house, "name": f"Lavagna {hour}", "spaces": [room]}
        item = owner_calls("POST", "equipment", body, status=201)["data"]["id"]
        wanted = {"equipment": [{"id": item, "quantity": 1}, {"id": projector, "quantity": 1}]}
        owner_calls(
            "POST", "reservations", {"space": room, **stay(at(hour)), **GUEST, **wanted}, status=201
        )

    add(9)
    owner_calls("GET", address)
    with CaptureQueriesContext(connection) as one:
        owner_calls("GET", address)
    add(11)
    add(13)

    with CaptureQueriesContext(connection) as three:
        owner_calls("GET", address)

    assert len(three) == len(one)
