"""Input that nobody should send: refused with a reason, and nothing of it stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from booking.models import Claim, Reservation
from portals.api.tests.bookings import PAID, at, make_house, make_room, stay
from portals.api.tests.conftest import Caller
from portals.api.tokens import issue_tokens
from spotex.kernel.tenancy import agency_scope


@pytest.fixture
def owner_user_token(owner, owner_actor):
    """Return the token of the owner as it is made at the moment of the call."""
    return lambda: str(issue_tokens(owner, actor=owner_actor)["access"])


GAPS = [
    # zone, a moment inside the missing or the doubled hour by the clock of the world
    ("Europe/Rome", "2026-03-29", 23),
    ("Europe/Rome", "2026-10-25", 25),
    ("America/New_York", "2026-03-08", 23),
    ("America/New_York", "2026-11-01", 25),
    ("Australia/Lord_Howe", "2026-04-05", 24.5),
    ("Australia/Lord_Howe", "2026-10-04", 23.5),
]


@pytest.mark.parametrize(("zone", "day", "hours"), GAPS)
def test_a_day_on_which_clocks_change_has_the_slots_that_exist(
    owner_user_token, zone, day, hours
) -> None:
    """Every half hour that exists is offered once, can be booked, and costs its real length."""
    before = datetime.fromisoformat(day).replace(tzinfo=UTC) - timedelta(days=3)
    with time_machine.travel(before, tick=False):
        calls = Caller(token=owner_user_token())
        house = make_house(calls, time_zone=zone)
        room = make_room(calls, location=house, slot_minutes=30, min_minutes=30, **PAID)
        slots = calls("GET", f"spaces/{room}/slots?date={day}", status=200)["data"]

        assert len(slots) == hours * 2
        assert len({one["id"] for one in slots}) == len(slots)
        assert all(one["price"]["amount_minor"] == 500 for one in slots)
        assert [one["ends_at"] for one in slots[:-1]] == [one["starts_at"] for one in slots[1:]]
        for one in slots[2:8]:  # the nights in which clocks change
            calls("POST", f"slots/{one['id']}/book", {}, status=201)


H = timedelta(hours=1)
BAD_STAYS = [
    (0 * H, -H, "end_before_start"),
    (0 * H, 0 * H, "end_before_start"),
    (0 * H, timedelta(minutes=3), "stay_too_short"),
    (-72 * H, -71 * H, "stay_in_past"),
    (timedelta(minutes=7), timedelta(minutes=67), "stay_off_grid"),
    (0 * H, 48 * H, "stay_too_long"),
    (365 * 24 * H, 365 * 24 * H + H, "stay_too_far"),
]
"""How long after ten o'clock of tomorrow a stay begins and ends."""


@pytest.mark.parametrize(("begins", "ends", "code"), BAD_STAYS)
def test_impossible_stays_are_refused_and_leave_nothing(
    contact_calls, owner_calls, agency, begins, ends, code
) -> None:
    room, start = make_room(owner_calls), at(10)
    times = {"starts_at": (start + begins).isoformat(), "ends_at": (start + ends).isoformat()}

    answer = contact_calls("POST", "reservations", {"space": room, **times}, status=422)

    assert (answer["code"], bool(answer["message"])) == (code, True)
    with agency_scope(agency):
        assert not Claim.objects.exists()
        assert not Reservation.objects.exists()


def test_a_price_cannot_be_sent(owner_calls, agency) -> None:
    room = make_room(owner_calls, **PAID)
    body = {"space": room, **stay(at(10))}
    for extra in ({"total": 1}, {"price": {"amount_minor": 1, "currency": "EUR"}}):
        owner_calls("POST", "reservations", {**body, **extra}, status=400)

    booked = owner_calls("POST", "reservations", body, status=201)["data"]

    assert booked["total"]["amount_minor"] == 1_000
    for extra in ({"amount": {"amount_minor": 1, "currency": "EUR"}}, {"currency": "USD"}):
        owner_calls(
            "POST",
            "payments/create-payment-intent",
            {"reservation": booked["id"], **extra},
            status=400,
        )
