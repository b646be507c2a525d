"""The calendar of the agency: who is where, and what is free."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from booking.bookers import booker_of
from booking.opening import Hours
from booking.services.blocks import block_space
from booking.services.holds import hold_space
from booking.services.space_hours import change_space_hours


def test_the_calendar_shows_who_is_where_and_what_is_free(
    client, space, make_space, book, owner_actor, make_stay, contact_actor, now, tomorrow
) -> None:
    part = make_space(name="Angolo", parent=space)
    book(10)
    block_space(part, period=make_stay(12), actor=owner_actor, reason="Pulizie")
    hold_space(
        part, stay=make_stay(14), booker=booker_of(contact_actor), actor=contact_actor, now=now
    )

    text = client.get(f"/calendar/?day={tomorrow}").content.decode()

    assert text.count("Gino Guest") == 2
    assert "through Sala Blu" in text
    assert "Pulizie" in text
    assert "Somebody is booking" in text
    assert "Book Sala Blu at 08:00" in text
    assert "Book Sala Blu at 10:00" not in text
    week = client.get(f"/calendar/?view=week&day={tomorrow}").content.decode()
    assert "Gino Guest" in week


def test_the_calendar_as_a_fragment_is_the_grid_only(client, space, tomorrow) -> None:
    headers = {"HX-Request": "true", "HX-Target": "calendar"}

    text = client.get(f"/calendar/?day={tomorrow}", headers=headers).content.decode()

    assert 'id="calendar"' in text
    assert "<html" not in text


def test_places_sold_one_by_one_stay_free_until_the_last(
    client, make_space, book, tomorrow
) -> None:
    table = make_space(name="Tavolo", capacity=2, seats=2)
    book(10, space=table)

    first = client.get(f"/calendar/?day={tomorrow}").content.decode()
    book(10, space=table, name="Rosa Rossi")
    second = client.get(f"/calendar/?day={tomorrow}").content.decode()

    assert "1 place free" in first
    assert "place free" not in second
    assert "Rosa Rossi" in second


@pytest.mark.parametrize(
    "query",
    ["day=x", "day=9999-12-31", "location=loc_1", "space=x", "view=x", "day=0001-01-01", "day=%00"],
)
def test_nonsense_in_the_address_shows_today(client, space, query) -> None:
    assert client.get(f"/calendar/?{query}").status_code == 200


def test_the_calendar_without_places_says_what_comes_first(client) -> None:
    assert "First a location" in client.get("/calendar/").content.decode()


def test_a_table_with_many_places_says_how_many_are_taken(
    client, make_space, book, tomorrow
) -> None:
    """One line for each time at which the same people sit there, not all beside each other."""
    table = make_space(name="Tavolo", capacity=8, seats=8)
    for hours in (1, 2, 3):
        book(10, space=table, hours=hours)

    day = client.get(f"/calendar/?day={tomorrow}").content.decode()
    week = client.get(f"/calendar/?day={tomorrow}&view=week").content.decode()

    assert re.findall(r"<summary>(\d of 8) taken</summary>", day) == ["3 of 8", "2 of 8", "1 of 8"]
    assert "5 places free" in day
    assert day.count('class="cal-seats"') == 3
    assert "<summary>3 reservations</summary>" in week


def test_a_table_goes_on_offering_places_while_somebody_sits_there(
    client, make_space, book, tomorrow
) -> None:
    table = make_space(name="Tavolo", capacity=8, seats=8)
    reservation = book(10, space=table, hours=6)

    with time_machine.travel(reservation.starts_at + timedelta(hours=2), tick=False):
        day = client.get(f"/calendar/?day={tomorrow}").content.decode()

    assert "1 of 8 taken" in day
    assert "7 places free" in day


def test_a_full_table_offers_no_place(client, make_space, book, tomorrow) -> None:
    table = make_space(name="Tavolo", capacity=2, seats=2)
    for _number in range(2):
        book(10, space=table)

    day = client.get(f"/calendar/?day={tomorrow}").content.decode()

    assert "2 of 2 taken" in day
    assert "place free" not in day


def test_who_sits_there_outside_the_hours_is_still_shown(
    client, make_space, book, tomorrow, owner_actor
) -> None:
    table = make_space(name="Tavolo", capacity=2, seats=2)
    book(18, space=table)
    early = [Hours(weekday=day, opens=8 * 60, closes=12 * 60) for day in range(7)]
    change_space_hours(table, early, actor=owner_actor)

    day = client.get(f"/calendar/?day={tomorrow}").content.decode()

    assert "of 2 taken" not in day
    assert "18:00–19:00" in day
