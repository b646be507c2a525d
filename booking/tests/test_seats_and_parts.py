"""What is sold by the place has no parts, and what has parts is not sold by the place."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.bookers import Booker
from booking.selectors.calendar import list_seats
from booking.services.holds import SlotTaken, hold_space, release_hold
from booking.services.spaces import (
    PartNotPossible,
    SpaceRulesInvalid,
    archive_space,
    change_space,
)


def test_a_space_sold_by_the_place_gets_no_parts(make_space) -> None:
    hall = make_space(capacity=8, seats=8)

    with pytest.raises(PartNotPossible) as refused:
        make_space(name="Desk 1", parent=hall)
    assert refused.value.field == "parent"


def test_a_space_with_parts_is_not_sold_by_the_place(make_space, owner_actor) -> None:
    hall = make_space(capacity=8)
    desk = make_space(name="Desk 1", parent=hall)

    with pytest.raises(SpaceRulesInvalid) as refused:
        change_space(hall, actor=owner_actor, seats=8)
    assert refused.value.field == "seats"

    archive_space(desk, actor=owner_actor)
    assert change_space(hall, actor=owner_actor, seats=8).seats == 8


def test_the_first_free_seat_is_found_with_one_look(
    make_space, stay, owner_actor, contact_actor, now
) -> None:
    hall = make_space(capacity=8, seats=8)
    seats = [
        hold_space(hall, stay=stay, booker=Booker(key=f"n{n}"), actor=owner_actor, now=now)
        for n in range(7)
    ]
    release_hold(seats[2], booker=Booker(key="n2"), actor=owner_actor)

    with CaptureQueriesContext(connection) as seen:
        third = hold_space(hall, stay=stay, booker=Booker(key="x"), actor=contact_actor, now=now)

    asked = [one["sql"] for one in seen.captured_queries]
    assert third.seat == 2
    assert len([sql for sql in asked if "INSERT INTO booking_claim" in sql]) == 1
    last = hold_space(hall, stay=stay, booker=Booker(key="y"), actor=contact_actor, now=now)
    assert last.seat == 7
    with pytest.raises(SlotTaken):
        hold_space(hall, stay=stay, booker=Booker(key="z"), actor=contact_actor, now=now)


def test_a_seat_that_is_taken_since_the_look_is_passed_by(
    make_space, stay, booker, rival, owner_actor, now, monkeypatch
) -> None:
    hall = make_space(capacity=2, seats=2)
    hold_space(hall, stay=stay, booker=rival, actor=owner_actor, now=now)
    both = list(enumerate(list_seats(hall)))
    monkeypatch.setattr("booking.services.holds._list_open_units", lambda *_: both)

    assert hold_space(hall, stay=stay, booker=booker, actor=owner_actor, now=now).seat == 1
