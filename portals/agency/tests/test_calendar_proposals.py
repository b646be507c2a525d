"""Which time the forms of the calendar propose, and the menu entry of pages that lie elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from booking.services.locations import change_location
from booking.services.spaces import change_space
from portals.agency.calendar.proposing import find_next_hour
from portals.conftest import stay_in

MONDAY = date(2026, 6, 1)


def at(hour: int, minute: int = 0, *, day: int = 1) -> datetime:
    return datetime(2026, 6, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "now", "proposed"),
    [
        (MONDAY, at(10, 20), at(11)),
        (MONDAY, at(5), at(8)),
        (MONDAY, at(19, 30), at(8, day=2)),
        (MONDAY, at(23, 30), at(8, day=2)),
        (date(2026, 6, 4), at(10, 20), at(8, day=4)),
        (date(2026, 5, 30), at(10, 20), at(11)),
    ],
)
def test_the_next_hour_at_which_it_is_open(space, day, now, proposed) -> None:
    assert find_next_hour(space, day=day, now=now) == proposed


def test_it_is_an_hour_at_which_a_slot_begins(space, owner_actor) -> None:
    space = change_space(space, actor=owner_actor, slot_minutes=90, min_minutes=90)

    found = [
        find_next_hour(space, day=MONDAY, now=now) for now in (at(5), at(8, 20), at(10), at(10, 20))
    ]

    assert found == [at(8), at(9, 30), at(11), at(11)]


def test_a_space_that_is_never_open_is_proposed_the_next_hour(space, location, owner_actor) -> None:
    space.location = change_location(location, actor=owner_actor, opening_hours=[])

    assert find_next_hour(space, day=MONDAY, now=at(10, 20)) == at(11)


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


def test_the_buttons_keep_the_day_that_is_shown(client, space, make_stay) -> None:
    day = make_stay(day=3).start.date().isoformat()

    shown = client.get(f"/calendar/?day={day}").content.decode()

    for page in ("book", "block"):
        address = f"/calendar/{space.public_id}/{page}/?day={day}"
        assert f'href="{address}"' in shown
        form = client.get(address).content.decode()
        assert f'value="{day}"' in form
        assert 'value="08:00"' in form


def test_what_repeats_begins_at_the_time_that_was_proposed(client, space, make_stay) -> None:
    stay = make_stay(day=3)

    shown = client.get(f"/calendar/{space.public_id}/book/?day={stay.start.date()}")

    assert f"repeat/?at={stay.start.date()}T08%3A00%3A00%2B00%3A00" in shown.content.decode()


def test_a_customers_page_shows_who_comes_next(client, space, customer, make_stay) -> None:
    page = f"/customers/{customer.public_id}/"
    assert "Next reservations" not in client.get(page).content.decode()
    stay = make_stay()
    form = {
        "day": stay.start.date().isoformat(),
        "starts": f"{stay.start:%H:%M}",
        "ends": f"{stay.end:%H:%M}",
        "customer": customer.public_id,
    }
    made = client.post(f"/calendar/{space.public_id}/book/", form)

    shown = client.get(page).content.decode()

    assert "Next reservations" in shown
    assert f'href="{made["Location"]}"' in shown


def test_a_spaces_page_leads_to_its_next_reservations(
    client, space, owner_actor, customer, make_stay
) -> None:
    change_space(
        space, actor=owner_actor, payment="PREPAID", hourly_minor=1_000, deposit_percent=30
    )
    stay = make_stay()
    form = {
        "day": stay.start.date().isoformat(),
        "starts": f"{stay.start:%H:%M}",
        "ends": f"{stay.end:%H:%M}",
        "customer": customer.public_id,
    }
    made = client.post(f"/calendar/{space.public_id}/book/", form)

    shown = client.get(f"/spaces/{space.public_id}/").content.decode()

    assert f'href="{made["Location"]}"' in shown
    assert "30 %, the rest later" in shown
