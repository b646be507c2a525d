"""Stays that repeat through the API."""

from __future__ import annotations

import pytest

from portals.api.tests.bookings import at, make_room, stay
from tenants.models import Plan

GUEST = {"name": "Gino Guest", "email": "gino@guest.test"}


@pytest.fixture
def room(owner_calls) -> str:
    Plan.objects.update(spaces=-1, api_requests_per_minute=-1)
    return make_room(owner_calls)


def _body(room: str, **more) -> dict:
    recurrence = {"frequency": "DAILY", "count": 3, **more}
    return {"space": room, **stay(at(10)), "guest": GUEST, "recurrence": recurrence}


def test_the_api_says_what_would_become_of_each(owner_calls, room) -> None:
    owner_calls("POST", "reservations", {"space": room, **stay(at(10, day=2))}, status=201)
    body = _body(room, skip=[at(10, day=3).date().isoformat()])
    del body["guest"]

    found = owner_calls("POST", "reservations/preview", body, status=200)["data"]["occurrences"]

    assert [one["outcome"] for one in found] == ["FREE", "TAKEN"]
    assert found[0]["starts_at"]
    assert found[1]["reason"] == "Somebody has reserved it."


def test_the_api_books_each_and_calls_the_rest_off(owner_calls, room) -> None:
    only = [at(10, day=day).date().isoformat() for day in (1, 2)]

    made = owner_calls("POST", "reservations", _body(room, only=only), status=201)["data"]

    assert [one["outcome"] for one in made["occurrences"]] == ["BOOKED", "BOOKED"]
    assert made["id"] == made["occurrences"][0]["reservation"]
    shown = owner_calls("GET", f"reservations/{made['id']}", status=200)["data"]
    assert shown["series"] == made["series"]
    owner_calls("DELETE", f"reservations/{made['id']}?scope=all", status=200)
    rest = made["occurrences"][1]["reservation"]
    assert owner_calls("GET", f"reservations/{rest}", status=200)["data"]["state"] == "CANCELLED"


def test_a_voucher_is_not_passed_over_in_silence(owner_calls, room) -> None:
    answer = owner_calls("POST", "reservations", {**_body(room), "voucher": "TEN"}, status=422)

    assert (answer["code"], list(answer["errors"])) == ("voucher_not_repeated", ["voucher"])
    assert not owner_calls("GET", "reservations", status=200)["data"]


@pytest.mark.parametrize("path", ["reservations", "reservations/preview"])
@pytest.mark.parametrize("hour", ["9999-06-01T10", "9999-12-31T22"])
def test_a_year_that_no_calendar_reaches_is_refused(owner_calls, room, path, hour) -> None:
    ends = {"starts_at": f"{hour}:00:00Z", "ends_at": f"{hour}:59:00Z"}
    body = {**_body(room), **ends, "recurrence": {"frequency": "DAILY", "until": "9999-12-31"}}
    if path.endswith("preview"):
        del body["guest"]

    assert owner_calls("POST", path, body, status=422)["code"] == "recurrence_invalid"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"count": 61}, 400, "invalid_input"),
        ({"frequency": "YEARLY"}, 400, "invalid_input"),
        ({"until": "2090-01-01"}, 422, "recurrence_invalid"),
        ({"only": ["2090-01-01"]}, 422, "series_empty"),
    ],
)
def test_the_api_refuses_patterns_that_make_no_sense(
    owner_calls, room, change, status, code
) -> None:
    answer = owner_calls("POST", "reservations", _body(room, **change), status=status)

    assert answer["code"] == code
