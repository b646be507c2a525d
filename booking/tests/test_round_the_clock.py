"""Places that never close: their days touch, and on two days a year the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from booking.models import Space
from booking.opening import Hours
from booking.periods import Period
from booking.rules import StayOffGrid
from booking.selectors.calendar import list_slots_of_day
from booking.selectors.free_time import find_next_starts
from booking.services.bookable import require_stay
from booking.services.holds import hold_space
from booking.services.locations import create_location
from booking.states import SlotState

AROUND_CHANGES = [
    *(date(2026, 3, 28) + timedelta(days=n) for n in range(4)),
    *(date(2026, 10, 24) + timedelta(days=n) for n in range(4)),
]


@pytest.fixture
def make_open(make_space, owner_actor):
    """Return ``make_open(**fields)``: a space in Rome that is open day and night."""
    house = create_location(
        actor=owner_actor,
        name="Sempre Aperto",
        opening_hours=[Hours(weekday=day, opens=0, closes=24 * 60) for day in range(7)],
        keeps_holidays=False,
    )

    def make(**fields) -> Space:
        return make_space(location=house, **fields)

    return make


@pytest.mark.parametrize("minutes", [15, 50, 60, 120, 240, 480, 1440])
def test_every_slot_that_is_shown_free_can_be_booked(minutes, make_open, booker) -> None:
    space = make_open(slot_minutes=minutes, max_minutes=1440)
    seen = 0

    for day in AROUND_CHANGES:
        now = datetime(day.year, day.month, 20, tzinfo=UTC)
        for slot in list_slots_of_day(space, day, booker="", now=now):
            assert slot.state == SlotState.FREE
            require_stay(space, stay=slot.stay, booker=booker, now=now)
            seen += 1

    assert seen >= len(AROUND_CHANGES) - 1  # a day of 23 hours has no slot of 24


def test_a_night_is_booked_over_midnight(make_open, booker, contact_actor) -> None:
    space = make_open(max_minutes=720)
    night = Period(
        start=datetime(2026, 3, 27, 22, tzinfo=UTC), end=datetime(2026, 3, 28, 6, tzinfo=UTC)
    )
    now = datetime(2026, 3, 20, tzinfo=UTC)

    hold = hold_space(space, stay=night, booker=booker, actor=contact_actor, now=now)

    assert (hold.starts_at, hold.ends_at) == (night.start, night.end)


def test_what_begins_between_slots_is_refused(make_open, booker) -> None:
    stay = Period(
        start=datetime(2026, 3, 25, 9, 30, tzinfo=UTC),
        end=datetime(2026, 3, 25, 10, 30, tzinfo=UTC),
    )

    with pytest.raises(StayOffGrid):
        require_stay(make_open(), stay=stay, booker=booker, now=datetime(2026, 3, 20, tzinfo=UTC))


def test_the_next_start_is_that_of_a_slot(make_open, booker) -> None:
    space = make_open(slot_minutes=50)
    now = datetime(2026, 3, 29, 22, 10, tzinfo=UTC)  # ten past midnight, after the short day

    start = find_next_starts([space], now=now)[space.pk]

    assert start == datetime(2026, 3, 29, 22, 50, tzinfo=UTC)
