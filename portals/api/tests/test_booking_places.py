"""``locations`` and ``spaces`` through the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Location, Space
from portals.api.tests.bookings import PAID, make_room
from spotex.kernel.tenancy import agency_scope
from tenants.customers.tests.factories import CustomerFactory
from tenants.models import Plan

WEEK = [{"weekday": day, "opens": "08:00", "closes": "20:00"} for day in range(7)]
HOUSE: dict[str, Any] = {"name": "Coworking Navigli", "time_zone": "Europe/Rome"}
ROOM: dict[str, Any] = {
    "name": "Sala Blu",
    "kind": "MEETING_ROOM",
    "capacity": 8,
    "hourly_price": {"amount_minor": 2500, "currency": "EUR"},
    "payment": "PREPAID",
}


@pytest.fixture(autouse=True)
def wide_plan(db: None) -> None:
    """Room for any number of spaces and calls."""
    Plan.objects.update(spaces=-1, api_requests_per_minute=-1)


@pytest.fixture
def house(owner_calls) -> str:
    return owner_calls("POST", "locations", HOUSE, status=201)["data"]["id"]


@pytest.fixture
def room(owner_calls, house) -> str:
    return owner_calls("POST", "spaces", {**ROOM, "location": house}, status=201)["data"]["id"]


def test_a_location_is_made_and_shown(owner_calls) -> None:
    night = {"weekday": 5, "opens": "22:00", "closes": "26:00"}
    body = {**HOUSE, "address": "Via Tortona 31", "opening_hours": [night, *WEEK]}

    made = owner_calls("POST", "locations", body, status=201)["data"]

    assert (made["name"], made["time_zone"], made["customer"]) == (*HOUSE.values(), None)
    assert made["keeps_holidays"] is True
    assert made["opening_hours"] == sorted(
        [night, *WEEK], key=lambda one: (one["weekday"], one["opens"])
    )
    assert owner_calls("GET", f"locations/{made['id']}", status=200)["data"] == made


def test_a_location_of_a_customer_is_seen_by_its_people_only(
    owner_calls, contact_calls, customer, agency
) -> None:
    with agency_scope(agency):
        other = CustomerFactory()
    ids = [
        owner_calls("POST", "locations", {**HOUSE, **owner}, status=201)["data"]["id"]
        for owner in ({}, {"customer": customer.public_id}, {"customer": other.public_id})
    ]

    seen = contact_calls("GET", "locations?ordering=created_at", status=200)["data"]

    assert [one["id"] for one in seen] == ids[:2]
    contact_calls("GET", f"locations/{ids[2]}", status=404)
    assert contact_calls("POST", "locations", HOUSE, status=403)["code"] == "not_allowed"
    found = owner_calls("GET", f"locations?customer={other.public_id}", status=200)["data"]
    assert [one["id"] for one in found] == ids[2:]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"time_zone": "Mars/Olympus"}, 422, "time_zone_unknown"),
        ({"opening_hours": [{**WEEK[0], "closes": "07:00"}]}, 422, "opening_hours_invalid"),
        ({"opening_hours": [WEEK[0], WEEK[0]]}, 422, "opening_hours_invalid"),
        ({"opening_hours": [{**WEEK[0], "closes": "36:00"}]}, 422, "opening_hours_invalid"),
        ({"opening_hours": [{**WEEK[0], "opens": "8"}]}, 400, "invalid_input"),
        ({"opening_hours": [{**WEEK[0], "opens": "08:60"}]}, 400, "invalid_input"),
        ({"opening_hours": [{**WEEK[0], "opens": 8}]}, 400, "invalid_input"),
        ({"opening_hours": [{**WEEK[0], "weekday": 7}]}, 400, "invalid_input"),
        ({"opening_hours": [{**WEEK[0], "closed": True}]}, 400, "invalid_input"),
        ({"name": ""}, 400, "invalid_input"),
        ({"city": "Milano"}, 400, "invalid_input"),
        ({"customer": f"cus_{'0' * 26}"}, 422, "customer_unknown"),
    ],
)
def test_a_wrong_location_is_refused(owner_calls, agency, change, status, code) -> None:
    answer = owner_calls("POST", "locations", {**HOUSE, **change}, status=status)

    assert answer["code"] == code
    assert next(iter(answer["errors"])).split(".")[0] in change
    with agency_scope(agency):
        assert not Location.objects.exists()


def test_a_location_is_changed_unless_somebody_else_did(owner_calls, house) -> None:
    path = f"locations/{house}"
    owner_calls("GET", path, status=200)
    seen = owner_calls.response["ETag"]

    changed = owner_calls("PATCH", path, {"opening_hours": WEEK[:1]}, status=200, if_match=seen)
    stale = owner_calls("PATCH", path, {"name": "Altro"}, status=409, if_match=seen)

    assert changed["data"]["opening_hours"] == WEEK[:1]
    assert stale["code"] == "stale"
    same = owner_calls("PATCH", path, {}, status=200)
    assert same["data"] == changed["data"]
    assert owner_calls("PATCH", path, {"customer": "x"}, status=400)["code"] == "invalid_input"


def test_an_archived_location_is_gone_with_its_spaces(owner_calls, house, room) -> None:
    owner_calls("DELETE", f"locations/{house}", status=200)

    owner_calls("GET", f"locations/{house}", status=404)
    owner_calls("GET", f"spaces/{room}", status=404)
    assert owner_calls("GET", "spaces", status=200)["pagination"]["total"] == 0


def test_a_space_is_made_and_shown(owner_calls, house) -> None:
    body = {**ROOM, "location": house, "slot_minutes": 30}

    made = owner_calls("POST", "spaces", body, status=201)["data"]

    assert {name: made[name] for name in body} == body
    assert (made["min_minutes"], made["max_minutes"], made["buffer_minutes"]) == (30, 480, 0)
    assert (made["parent"], made["time_zone"]) == (None, "Europe/Rome")
    assert owner_calls("GET", f"spaces/{made['id']}", status=200)["data"] == made


def test_long_slots_make_long_stays(owner_calls, house) -> None:
    body = {**ROOM, "location": house, "slot_minutes": 600}

    made = owner_calls("POST", "spaces", body, status=201)["data"]

    assert (made["min_minutes"], made["max_minutes"]) == (600, 600)


def test_a_part_names_its_whole(owner_calls, house, room) -> None:
    body = {**ROOM, "location": house, "parent": room}

    part = owner_calls("POST", "spaces", body, status=201)["data"]

    assert part["parent"] == room
    assert owner_calls("DELETE", f"spaces/{room}", status=409)["code"] == "still_reserved"
    owner_calls("DELETE", f"spaces/{part['id']}", status=200)
    owner_calls("DELETE", f"spaces/{room}", status=200)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"slot_minutes": 3}, 422, "space_rules_invalid"),
        ({"min_minutes": 90}, 422, "space_rules_invalid"),
        ({"max_minutes": 30}, 422, "space_rules_invalid"),
        ({"seats": 9}, 422, "space_rules_invalid"),
        ({"hourly_price": {"amount_minor": 0, "currency": "EUR"}}, 422, "space_rules_invalid"),
        ({"hourly_price": {"amount_minor": -1, "currency": "EUR"}}, 400, "invalid_input"),
        ({"hourly_price": {"amount_minor": 100, "currency": "USD"}}, 400, "invalid_input"),
        ({"hourly_price": {"amount_minor": 100}}, 400, "invalid_input"),
        ({"hourly_price": 25}, 400, "invalid_input"),
        ({"payment": "BARTER"}, 400, "invalid_input"),
        ({"kind": "BEACH"}, 400, "invalid_input"),
        ({"capacity": 0}, 400, "invalid_input"),
        ({"capacity": "8"}, 400, "invalid_input"),
        ({"capacity": 10**9}, 400, "invalid_input"),
        ({"vat_percent": 101}, 400, "invalid_input"),
        ({"unit_low": 1}, 400, "invalid_input"),
        ({"location": f"loc_{'0' * 26}"}, 404, "not_found"),
        ({"parent": f"spc_{'0' * 26}"}, 404, "not_found"),
    ],
)
def test_a_wrong_space_is_refused(owner_calls, agency, house, change, status, code) -> None:
    body = {**ROOM, "location": house, **change}

    answer = owner_calls("POST", "spaces", body, status=status)

    assert answer["code"] == code
    with agency_scope(agency):
        assert not Space.objects.exists()


def test_a_space_is_changed_unless_somebody_else_did(owner_calls, room) -> None:
    path = f"spaces/{room}"
    owner_calls("GET", path, status=200)
    seen = owner_calls.response["ETag"]
    price = {"amount_minor": 3000, "currency": "EUR"}

    changed = owner_calls("PATCH", path, {"hourly_price": price}, status=200, if_match=seen)
    stale = owner_calls("PATCH", path, {"floor": "2"}, status=409, if_match=seen)

    assert (changed["data"]["hourly_price"], stale["code"]) == (price, "stale")
    assert owner_calls("PATCH", path, {}, status=200)["data"] == changed["data"]
    for fixed in ("location", "parent"):
        owner_calls("PATCH", path, {fixed: room}, status=400)
    refused = owner_calls("PATCH", path, {"slot_minutes": 3}, status=422)
    assert (refused["code"], list(refused["errors"])) == ("space_rules_invalid", ["slot_minutes"])


def test_a_space_of_another_agency_does_not_exist(other_calls, room, house) -> None:
    for path in (f"spaces/{room}", f"spaces/{room}/slots", f"spaces/{room}/stream"):
        other_calls("GET", path, status=404)
    other_calls("POST", "spaces", {**ROOM, "location": house}, status=404)


def test_lists_are_searched_filtered_and_paged(owner_calls, house, room) -> None:
    other = owner_calls("POST", "locations", {"name": "Torino"}, status=201)["data"]["id"]
    desk = {**ROOM, "name": "Banco", "kind": "DESK", "location": other}
    owner_calls("POST", "spaces", desk, status=201)

    def names(query: str) -> list[str]:
        return [one["name"] for one in owner_calls("GET", query, status=200)["data"]]

    assert names("spaces") == ["Banco", "Sala Blu"]
    assert names("spaces?ordering=-name") == ["Sala Blu", "Banco"]
    assert names("spaces?kind=DESK") == names(f"spaces?location={other}") == ["Banco"]
    assert names("spaces?search=torino") == ["Banco"]
    assert names("locations?search=navig") == ["Coworking Navigli"]
    assert owner_calls("GET", "spaces?limit=1&page=2", status=200)["pagination"]["totalPages"] == 2
    assert owner_calls("GET", "spaces?color=red", status=400)["code"] == "invalid_input"


def test_a_full_plan_is_named(owner_calls, house) -> None:
    Plan.objects.update(spaces=0)

    answer = owner_calls("POST", "spaces", {**ROOM, "location": house}, status=422)

    assert answer["code"] == "limit_reached"


@pytest.mark.parametrize("path", ["locations", "spaces"])
def test_creating_twice_with_one_key_makes_one(owner_calls, house, path) -> None:
    body = HOUSE if path == "locations" else {**ROOM, "location": house}

    first = owner_calls("POST", path, body, status=201, idempotency_key="k")
    second = owner_calls("POST", path, body, status=201, idempotency_key="k")

    assert first["data"] == second["data"]
    assert owner_calls.response["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("path", ["locations", "spaces"])
def test_lists_cost_the_same_for_any_number_of_rows(owner_calls, path) -> None:
    def add() -> None:
        body = {**HOUSE, "opening_hours": WEEK}
        house = owner_calls("POST", "locations", body, status=201)["data"]["id"]
        whole = owner_calls("POST", "spaces", {**ROOM, "location": house}, status=201)["data"]["id"]
        if path == "spaces":
            owner_calls("POST", "spaces", {**ROOM, "location": house, "parent": whole}, status=201)

    add()
    owner_calls("GET", path, status=200)
    with CaptureQueriesContext(connection) as few:
        owner_calls("GET", path, status=200)
    add()
    add()

    with CaptureQueriesContext(connection) as many:
        assert len(owner_calls("GET", path, status=200)["data"]) >= 3
    assert len(few) == len(many)


def test_rates_are_given_and_shown(owner_calls, room) -> None:
    euro = {"amount_minor": 9_000, "currency": "EUR"}
    peak = {"weekdays": [5, 4, 5], "starts": "17:00", "ends": "24:00", "percent": 25}
    rates = {"daily_price": euro, "half_day_hours": 5, "member_percent": 10, "peaks": [peak]}

    shown = owner_calls("PATCH", f"spaces/{room}", {"rates": rates}, status=200)["data"]["rates"]

    assert shown["daily_price"] == euro
    assert (shown["weekly_price"], shown["half_day_hours"], shown["member_percent"]) == (
        None,
        5,
        10,
    )
    hourly = {"amount_minor": 3125, "currency": "EUR"}
    assert shown["peaks"] == [{**peak, "weekdays": [4, 5], "hourly_price": hourly}]
    assert owner_calls("GET", f"spaces/{room}", status=200)["data"]["rates"] == shown


def test_hours_can_have_a_price_of_their_own(owner_calls, room) -> None:
    price = {"amount_minor": 900, "currency": "EUR"}
    peak = {"weekdays": [0], "starts": "09:00", "ends": "10:00", "hourly_price": price}

    shown = owner_calls("PATCH", f"spaces/{room}", {"rates": {"peaks": [peak]}}, status=200)

    assert shown["data"]["rates"]["peaks"] == [{**peak, "percent": None}]


@pytest.mark.parametrize(
    ("rates", "status"),
    [
        ({"daily_price": {"amount_minor": -1, "currency": "EUR"}}, 400),
        ({"half_day_hours": 0}, 400),
        ({"hourly": 1}, 400),
        ({"peaks": [{"weekdays": [], "starts": "09:00", "ends": "10:00", "percent": 5}]}, 400),
        ({"peaks": [{"weekdays": [0], "starts": "09:00", "ends": "25:00", "percent": 5}]}, 422),
        ({"peaks": [{"weekdays": [0], "starts": "09:00", "ends": "10:00"}]}, 422),
        ({"peaks": [{"weekdays": [0], "starts": "9", "ends": "10:00", "percent": 5}]}, 400),
    ],
)
def test_rates_that_cannot_be_are_refused(owner_calls, room, rates, status) -> None:
    owner_calls("PATCH", f"spaces/{room}", {"rates": rates}, status=status)


def test_who_is_a_member_sees_the_price_for_members(owner_calls, contact_calls, customer) -> None:
    room = make_room(owner_calls, **PAID, rates={"member_percent": 20})
    path = f"spaces/{room}/slots?date=2030-01-07"
    before = contact_calls("GET", path, status=200)["data"][0]

    owner_calls("PATCH", f"customers/{customer.public_id}", {"is_member": True}, status=200)

    after = contact_calls("GET", path, status=200)["data"][0]
    assert before["price"]["amount_minor"] == 1000
    assert after["price"]["amount_minor"] == 800
    assert [line["amount"]["amount_minor"] for line in after["price_lines"]] == [1000, -200]


def test_a_space_has_hours_of_its_own(owner_calls, house) -> None:
    early = {"weekday": 0, "opens": "06:00", "closes": "09:00"}
    body = {**ROOM, "location": house, "opening_hours": [early]}

    made = owner_calls("POST", "spaces", body, status=201)["data"]

    path = f"spaces/{made['id']}"
    assert made["opening_hours"] == [early]
    assert owner_calls("GET", path, status=200)["data"]["opening_hours"] == [early]
    both = {"opening_hours": WEEK, "capacity": 9}
    changed = owner_calls("PATCH", path, both, status=200)["data"]
    assert (changed["opening_hours"], changed["capacity"]) == (WEEK, 9)
    none = owner_calls("PATCH", path, {"opening_hours": []}, status=200)["data"]
    assert none["opening_hours"] == []


def test_hours_of_a_space_that_cannot_be_change_nothing(owner_calls, room) -> None:
    late = {"weekday": 0, "opens": "09:00", "closes": "08:00"}
    before = owner_calls("GET", f"spaces/{room}", status=200)["data"]

    body = {"capacity": 3, "opening_hours": [late]}
    owner_calls("PATCH", f"spaces/{room}", body, status=422)

    assert owner_calls("GET", f"spaces/{room}", status=200)["data"] == before
