"""Slots through the API: seen, held, booked and given back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.models import Claim, Hold
from portals.api.tests.bookings import PAID, at, make_house, make_room, slot_of, stay
from portals.realtime.topics import read_ticket, space_topic
from spotex.kernel.tenancy import agency_scope
from tenants.models import Plan


@pytest.fixture(autouse=True)
def many_calls(db: None) -> None:
    """Room for any number of calls."""
    Plan.objects.update(spaces=-1, api_requests_per_minute=-1)


@pytest.fixture
def room(owner_calls) -> str:
    return make_room(owner_calls)


@pytest.fixture
def slot(room) -> str:
    return slot_of(room, at(10))


def look(calls, room: str, start: datetime) -> dict:
    """Return one slot of a room as somebody sees it."""
    slots = calls("GET", f"spaces/{room}/slots?date={start:%Y-%m-%d}", status=200)["data"]
    (found,) = [one for one in slots if one["id"] == slot_of(room, start)]
    return found


def test_a_day_is_a_list_of_slots(owner_calls) -> None:
    room = make_room(owner_calls, **PAID)

    answer = owner_calls("GET", f"spaces/{room}/slots?date={at(0):%Y-%m-%d}", status=200)

    assert answer["pagination"] == {"page": 1, "limit": 24, "total": 24, "totalPages": 1}
    assert answer["data"][10] == {
        "id": slot_of(room, at(10)),
        "starts_at": f"{at(10):%Y-%m-%dT%H:%M:%SZ}",
        "ends_at": f"{at(11):%Y-%m-%dT%H:%M:%SZ}",
        "state": "FREE",
        "mine": False,
        "price": {"amount_minor": 1000, "currency": "EUR"},
        "price_lines": [
            {
                "kind": "HOUR",
                "label": "",
                "quantity": 60,
                "unit_price": {"amount_minor": 1000, "currency": "EUR"},
                "amount": {"amount_minor": 1000, "currency": "EUR"},
            },
        ],
        "expires_at": None,
        "free_seats": None,
    }


def test_today_is_shown_if_no_day_is_named(owner_calls, room) -> None:
    slots = owner_calls("GET", f"spaces/{room}/slots", status=200)["data"]

    assert slots[0]["id"] == slot_of(room, at(0, day=0))
    assert {one["state"] for one in slots} <= {"PAST", "FREE"}


def test_a_day_on_which_it_is_closed_has_no_slots(owner_calls) -> None:
    room = make_room(owner_calls, location=make_house(owner_calls, opening_hours=[]))

    answer = owner_calls("GET", f"spaces/{room}/slots", status=200)

    assert (answer["data"], answer["pagination"]["totalPages"]) == ([], 0)


def test_a_held_slot_is_seen_by_all_and_mine_to_one(owner_calls, contact_calls, room, slot) -> None:
    held = contact_calls("POST", f"slots/{slot}/hold", {}, status=201)["data"]

    assert (held["slot"], held["space"]) == (slot, room)
    assert held["id"].startswith("hold_")
    until = datetime.fromisoformat(held["expires_at"])
    assert timedelta(minutes=14) < until - timezone.now() <= timedelta(minutes=15)
    mine, theirs = look(contact_calls, room, at(10)), look(owner_calls, room, at(10))
    assert (mine["state"], mine["mine"], mine["expires_at"]) == ("HELD", True, held["expires_at"])
    assert (theirs["state"], theirs["mine"]) == ("HELD", False)


def test_the_second_who_holds_is_told_that_it_is_taken(owner_calls, contact_calls, slot) -> None:
    contact_calls("POST", f"slots/{slot}/hold", status=201)

    answer = owner_calls("POST", f"slots/{slot}/hold", status=409)

    assert answer["code"] == "slot_taken"


def test_a_hold_that_is_sent_twice_is_one(owner_calls, agency, slot) -> None:
    first = owner_calls("POST", f"slots/{slot}/hold", status=201, idempotency_key="k")
    second = owner_calls("POST", f"slots/{slot}/hold", status=201, idempotency_key="k")

    assert first["data"] == second["data"]
    with agency_scope(agency):
        assert Hold.objects.count() == 1


def test_a_released_slot_is_free_for_others(owner_calls, contact_calls, room, slot) -> None:
    contact_calls("POST", f"slots/{slot}/hold", status=201)

    kept = owner_calls("POST", f"slots/{slot}/release", status=200)["data"]
    given = contact_calls("POST", f"slots/{slot}/release", status=200)["data"]
    again = contact_calls("POST", f"slots/{slot}/release", status=200)["data"]

    assert kept == again == {"slot": slot, "released": False}
    assert given == {"slot": slot, "released": True}
    owner_calls("POST", f"slots/{slot}/hold", status=201)


def test_ones_own_hold_is_booked_without_naming_it(owner_calls, room, slot) -> None:
    owner_calls("POST", f"slots/{slot}/hold", status=201)

    booked = owner_calls("POST", f"slots/{slot}/book", {}, status=201)["data"]

    assert (booked["state"], booked["space"]) == ("CONFIRMED", room)
    assert look(owner_calls, room, at(10))["state"] == "BOOKED"


def test_a_hold_is_booked_by_its_id(owner_calls, slot) -> None:
    hold = owner_calls("POST", f"slots/{slot}/hold", status=201)["data"]["id"]

    owner_calls("POST", f"slots/{slot}/book", {"hold": hold}, status=201)

    used = owner_calls("POST", f"slots/{slot}/book", {"hold": hold}, status=409)
    assert used["code"] == "hold_expired"


def test_the_hold_of_somebody_else_does_not_exist(owner_calls, contact_calls, slot) -> None:
    hold = contact_calls("POST", f"slots/{slot}/hold", status=201)["data"]["id"]

    owner_calls("POST", f"slots/{slot}/book", {"hold": hold}, status=404)
    taken = owner_calls("POST", f"slots/{slot}/book", {}, status=409)

    assert taken["code"] == "slot_taken"
    assert contact_calls("POST", f"slots/{slot}/book", {"hold": hold}, status=201)


def test_a_hold_is_not_used_for_another_slot(owner_calls, room, slot) -> None:
    hold = owner_calls("POST", f"slots/{slot}/hold", status=201)["data"]["id"]
    elsewhere = slot_of(room, at(12))

    answer = owner_calls("POST", f"slots/{elsewhere}/book", {"hold": hold}, status=422)

    assert (answer["code"], list(answer["errors"])) == ("hold_of_another_slot", ["hold"])


def test_fifty_holds_by_one_are_three(contact_calls, agency, room) -> None:
    codes = [
        contact_calls("POST", f"slots/{slot_of(room, at(number % 24, day=1 + number // 24))}/hold")[
            "code" if contact_calls.response.status_code != 201 else "success"
        ]
        for number in range(50)
    ]

    assert codes == [True] * 3 + ["too_many_holds"] * 47
    with agency_scope(agency):
        assert Hold.objects.count() == Claim.objects.count() == 3


@pytest.mark.parametrize(
    ("start", "minutes", "status", "code"),
    [
        (at(10), 3, 422, "stay_too_short"),
        (at(10), 90, 422, "stay_off_grid"),
        (at(10), 10_000, 422, "stay_too_long"),
        (at(10, minute=7), 60, 422, "stay_off_grid"),
        (at(10, day=-1), 60, 422, "stay_in_past"),
        (at(10, day=200), 60, 422, "stay_too_far"),
        (at(10), 0, 404, "not_found"),
    ],
)
def test_slots_that_break_a_rule_are_refused(
    contact_calls, agency, room, start, minutes, status, code
) -> None:
    slot = slot_of(room, start, minutes=minutes)
    for act in ("hold", "book"):
        answer = contact_calls("POST", f"slots/{slot}/{act}", {}, status=status)
        assert answer["code"] == code
    with agency_scope(agency):
        assert not Claim.objects.exists()


@pytest.mark.parametrize("stamp", ["20261399t1000z_60", "20260101t2500z_60", "2026-01-01_60"])
def test_slots_that_never_are_do_not_exist(owner_calls, room, stamp) -> None:
    owner_calls("POST", f"slots/slot_{room[4:]}_{stamp}/hold", status=404)


def test_the_slot_of_another_agency_does_not_exist(other_calls, slot) -> None:
    for act in ("hold", "book", "release"):
        other_calls("POST", f"slots/{slot}/{act}", {}, status=404)


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "2026-1-1", "20260101", ""])
def test_wrong_days_are_refused(owner_calls, room, day) -> None:
    answer = owner_calls("GET", f"spaces/{room}/slots?date={day}", status=400)

    assert list(answer["errors"]) == ["date"]


def test_the_hour_that_clocks_skip_has_no_slot(owner_calls) -> None:
    """In Rome there is no half past two on 2027-03-28; on 2027-10-31 there are two."""
    nights = [{"weekday": 6, "opens": "00:00", "closes": "06:00"}]
    house = make_house(owner_calls, time_zone="Europe/Rome", opening_hours=nights)
    room = make_room(owner_calls, location=house, horizon_days=0)

    short = owner_calls("GET", f"spaces/{room}/slots?date=2027-03-28", status=200)["data"]
    long = owner_calls("GET", f"spaces/{room}/slots?date=2027-10-31", status=200)["data"]
    usual = owner_calls("GET", f"spaces/{room}/slots?date=2027-04-04", status=200)["data"]

    assert [len(short), len(long), len(usual)] == [5, 7, 6]
    gone = datetime(2027, 3, 28, 4, 0, tzinfo=UTC)  # six o'clock, when it closes: an hour less
    answer = owner_calls("POST", f"slots/{slot_of(room, gone)}/hold", status=422)
    assert answer["code"] == "outside_opening_hours"


def test_free_time_leaves_out_what_is_taken_and_what_is_over(owner_calls) -> None:
    days = {at(0, day=day).weekday() for day in (-1, 1, 2)}  # closed today, whatever the time is
    hours = [{"weekday": day, "opens": "08:00", "closes": "12:00"} for day in days]
    room = make_room(owner_calls, location=make_house(owner_calls, opening_hours=hours))
    owner_calls("POST", f"slots/{slot_of(room, at(9))}/hold", status=201)
    span = f"from={at(0, day=-1):%Y-%m-%dT%H:%M:%SZ}&to={at(11, day=2):%Y-%m-%dT%H:%M:%SZ}"

    free = owner_calls("GET", f"spaces/{room}/availability?{span}", status=200)["data"]

    def written(hour: int, *, day: int) -> str:
        return f"{at(hour, day=day):%Y-%m-%dT%H:%M:%SZ}"

    assert free == [
        {"starts_at": written(8, day=1), "ends_at": written(9, day=1)},
        {"starts_at": written(10, day=1), "ends_at": written(12, day=1)},
        {"starts_at": written(8, day=2), "ends_at": written(11, day=2)},
    ]


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("from=2030-01-02T00:00:00Z&to=2030-01-01T00:00:00Z", 422, "end_before_start"),
        ("from=2030-01-01T00:00:00Z&to=2030-03-01T00:00:00Z", 422, "span_too_long"),
        ("from=2030-01-01&to=2030-01-02", 400, "invalid_input"),
        ("from=2030-01-01T00:00:00Z", 400, "invalid_input"),
    ],
)
def test_wrong_spans_are_refused(owner_calls, room, query, status, code) -> None:
    answer = owner_calls("GET", f"spaces/{room}/availability?{query}", status=status)

    assert (answer["code"], set(answer["errors"]) <= {"from", "to"}) == (code, True)


def test_what_cannot_be_booked_is_never_free(owner_calls) -> None:
    room = make_room(owner_calls, is_bookable=False)
    span = f"from={at(0):%Y-%m-%dT%H:%M:%SZ}&to={at(5):%Y-%m-%dT%H:%M:%SZ}"

    assert owner_calls("GET", f"spaces/{room}/availability?{span}", status=200)["data"] == []


def test_a_stream_listens_to_one_space(contact_calls, room) -> None:
    contact_calls("GET", f"spaces/{room}/stream", status=204)

    ticket = read_ticket(contact_calls.response["X-Live-Ticket"])
    assert ticket is not None
    assert ticket.topics == [space_topic(room)]


@pytest.mark.parametrize("path", ["slots?date={day}", "availability?from={day}T00:00:00Z&to={end}"])
def test_a_calendar_costs_the_same_for_any_number_of_reservations(owner_calls, room, path) -> None:
    target = f"spaces/{room}/{path.format(day=at(0).date(), end=f'{at(20):%Y-%m-%dT%H:%M:%SZ}')}"

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            owner_calls("GET", target, status=200)
        return len(queries)

    owner_calls("POST", "reservations", {"space": room, **stay(at(8))}, status=201)
    count()
    one = count()
    for hour in (10, 12):
        owner_calls("POST", "reservations", {"space": room, **stay(at(hour))}, status=201)

    assert count() == one
