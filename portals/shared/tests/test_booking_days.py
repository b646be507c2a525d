"""The strip of a week tells on which days something is free."""

from __future__ import annotations

from datetime import UTC, date, datetime

from booking.opening import Hours
from booking.services.locations import create_location
from booking.services.spaces import create_space
from portals.shared.booking.days import build_week


def test_each_day_of_a_place_that_never_closes_is_marked(in_agency, owner_actor) -> None:
    house = create_location(
        actor=owner_actor,
        name="Sempre Aperto",
        opening_hours=[Hours(weekday=day, opens=0, closes=24 * 60) for day in range(7)],
        keeps_holidays=False,
    )
    space = create_space(actor=owner_actor, location=house, name="Sala Notte")

    week = build_week(space, date(2026, 3, 28), url="/", now=datetime(2026, 3, 23, 1, tzinfo=UTC))

    assert [day.is_free for day in week.days] == [True] * 7
