"""``reports`` through the API."""

from __future__ import annotations

import pytest

from portals.api.tests.bookings import at, make_room, slot_of


def test_a_month_as_json(owner_calls) -> None:
    start = at(10)
    room = make_room(owner_calls)
    owner_calls("POST", f"slots/{slot_of(room, start)}/book", {}, status=201)

    data = owner_calls("GET", f"reports/booking?month={start:%Y-%m}")["data"]

    assert (data["month"], data["stays"], data["states"]["CONFIRMED"]) == (f"{start:%Y-%m}", 1, 1)
    assert data["usage"]["sold_minutes"] == 60
    assert data["spaces"][0]["id"] == room
    assert sum(day["stays"] for day in data["days"]) == 1
    assert sum(line["stays"] for line in data["lead"]) == 1
    assert data["before"]["stays"] == 0


@pytest.mark.parametrize(
    "query",
    [
        "",
        "month=2026",
        "month=2026-13",
        "month=1999-01",
        "month=2026-01&format=exe",
        "month=2026-01&x=1",
    ],
)
def test_bad_questions_are_refused_with_a_reason(owner_calls, query) -> None:
    answer = owner_calls("GET", f"reports/booking?{query}", status=400)

    assert answer["errors"]


def test_unknown_places_are_missing(owner_calls) -> None:
    make_room(owner_calls)

    for name, prefix in (("location", "loc"), ("space", "spc"), ("customer", "cus")):
        owner_calls("GET", f"reports/booking?month=2030-01&{name}={prefix}_{9:026}", status=404)
