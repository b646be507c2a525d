"""Booking in the agency portal: places, calendar, reservations."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.bookers import booker_of
from booking.models import Block, Location, OpeningException, OpeningRule, Reservation, Space
from booking.opening import Hours
from booking.services.blocks import block_space
from booking.services.holds import hold_space
from booking.services.reservations import Visitor, book_space
from booking.services.space_hours import change_space_hours
from booking.services.spaces import create_space
from booking.states import PaymentRule
from booking.tests.paid import pay_for
from portals.conftest import stay_in
from tenants.models import Plan

WEEK = {"day_0_0_opens": "09:00", "day_0_0_closes": "18:00"}
LOCATION = {"name": "Casa Nuova", "time_zone": "Europe/Rome", **WEEK}
SPACE = {
    "name": "Sala Verde",
    "kind": "MEETING_ROOM",
    "capacity": 4,
    "seats": 0,
    "slot_minutes": 60,
    "min_minutes": 60,
    "max_minutes": 480,
    "buffer_minutes": 0,
    "notice_minutes": 0,
    "horizon_days": 90,
    "most_per_person": 0,
    "payment": "PREPAID",
    "hourly_price": "12.50",
    "vat_percent": 22,
    "free_cancel_hours": 24,
    "late_refund_percent": 0,
    "reminder_hours": 24,
    "patience_minutes": 0,
}
GUEST = {"name": "Gino Guest", "email": "gino@guest.test"}


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def book(space, owner_actor, now, make_stay):
    def make(hour: float = 10, *, space=space, name="Gino Guest", hours=1) -> Reservation:
        return book_space(
            space,
            stay=make_stay(hour, hours=hours),
            booker=booker_of(owner_actor),
            visitor=Visitor(name=name, email="gino@guest.test"),
            actor=owner_actor,
            now=now,
        )

    return make


@pytest.fixture
def tomorrow(make_stay) -> str:
    return make_stay().start.date().isoformat()


def count_queries(client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_a_location_is_added_with_its_week(client) -> None:
    night = {"day_5_0_opens": "20:00", "day_5_0_closes": "02:00"}

    response = client.post("/spaces/locations/new/", LOCATION | night)

    location = Location.objects.get(name="Casa Nuova")
    hours = OpeningRule.objects.filter(location=location).order_by("weekday")
    assert response["Location"] == f"/spaces/locations/{location.public_id}/"
    assert [(one.weekday, one.opens, one.closes) for one in hours] == [
        (0, 540, 1_080),
        (5, 1_200, 1_560),
    ]
    assert "20:00–02:00" in client.get(response["Location"]).content.decode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": " "}, "id_name_error"),
        ({"time_zone": "Europe/Roma"}, "id_time_zone_error"),
        ({"day_0_0_closes": ""}, "id_day_0_0_closes_error"),
        ({"day_0_0_opens": "25:00"}, "id_day_0_0_opens_error"),
        ({"day_0_1_opens": "17:00", "day_0_1_closes": "19:00"}, "Two opening hours overlap."),
        ({"address": "x" * 201}, "id_address_error"),
    ],
)
def test_a_location_refuses_bad_input(client, change, said) -> None:
    response = client.post("/spaces/locations/new/", LOCATION | change)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert not Location.objects.exists()


def test_the_form_of_a_location_shows_its_week_and_what_somebody_else_saved(
    client, location
) -> None:
    page = f"/spaces/locations/{location.public_id}/edit/"
    shown = client.get(page).content.decode()

    stale = client.post(page, LOCATION | {"version": 1, "time_zone": "Etc/UTC"})

    assert 'name="day_6_0_opens" value="08:00"' in shown
    assert stale.status_code == 409
    assert Location.objects.get().name == "Casa Acme"


def test_the_clock_of_a_location_with_reservations_stays(client, location, book) -> None:
    book()
    page = f"/spaces/locations/{location.public_id}/edit/"
    version = client.get(page).context["form"].initial["version"]

    response = client.post(page, LOCATION | {"version": version})

    assert response.status_code == 422
    assert "id_time_zone_error" in response.content.decode()


def test_a_closure_is_added_and_removed(client, location, space) -> None:
    page = f"/spaces/locations/{location.public_id}/"
    client.post(f"{page}days/", {"first_day": "2030-08-15", "reason": "Ferragosto"})
    closed = OpeningException.objects.get()

    shown = client.get(page).content.decode()
    client.post(f"/spaces/locations/days/{closed.public_id}/remove/")

    assert "Ferragosto" in shown
    assert closed.opens is None
    assert not OpeningException.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first_day": "never"}, "first_day"),
        ({"last_day": "2030-08-14"}, "last_day"),
        ({"opens": "09:00"}, "closes"),
        ({"space": "spc_1"}, "space"),
        ({"reason": "x" * 81}, "reason"),
    ],
)
def test_a_closure_refuses_bad_input(client, location, change, field) -> None:
    page = f"/spaces/locations/{location.public_id}/days/"

    response = client.post(page, {"first_day": "2030-08-15"} | change)

    assert response.status_code == 422
    assert f"id_{field}_error" in response.content.decode()
    assert not OpeningException.objects.exists()


def test_a_space_is_added_with_its_rules_and_price(client, location) -> None:
    response = client.post("/spaces/new/", SPACE | {"location": location.public_id})

    space = Space.objects.get()
    shown = client.get(response["Location"]).content.decode()
    assert (space.hourly_minor, space.payment, space.is_bookable) == (1_250, "PREPAID", False)
    assert "€12.50" in shown
    assert "Sala Verde" in client.get("/spaces/").content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"location": "loc_1"}, "location"),
        ({"slot_minutes": 3}, "slot_minutes"),
        ({"min_minutes": 90}, "min_minutes"),
        ({"max_minutes": 30}, "max_minutes"),
        ({"seats": 5}, "seats"),
        ({"hourly_price": "0"}, "hourly_price"),
        ({"hourly_price": "-1"}, "hourly_price"),
        ({"hourly_price": "1.234"}, "hourly_price"),
        ({"vat_percent": 101}, "vat_percent"),
        ({"capacity": "99999999999"}, "capacity"),
    ],
)
def test_a_space_refuses_bad_input(client, location, change, field) -> None:
    data = SPACE | {"location": location.public_id} | change

    response = client.post("/spaces/new/", data)

    assert response.status_code == 422
    assert f'id="id_{field}_error"' in response.content.decode()
    assert not Space.objects.exists()


def test_the_plan_s_limit_of_spaces_is_named(client, agency, location, space) -> None:
    Plan.objects.filter(pk=agency.plan_id).update(spaces=1)

    response = client.post("/spaces/new/", SPACE | {"location": location.public_id})

    assert response.status_code == 422
    assert "there is no room left" in response.content.decode()


def test_a_reserved_space_is_not_archived(client, space, book) -> None:
    book()

    response = client.post(f"/spaces/{space.public_id}/archive/", follow=True)

    assert "There are reservations." in response.content.decode()
    assert Space.objects.get().archived_at is None


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


def test_a_guest_is_booked_from_a_free_cell(client, space, make_stay, tomorrow) -> None:
    at = make_stay(15).start.isoformat().replace("+", "%2B")
    page = f"/calendar/{space.public_id}/book/?at={at}"
    form = client.get(page).context["form"]

    response = client.post(page, {"day": tomorrow, "starts": "15:00", "ends": "17:00"} | GUEST)

    made = Reservation.objects.get()
    assert form.initial["starts"].hour == 15
    assert response["Location"] == f"/reservations/{made.public_id}/"
    assert made.ends_at - made.starts_at == timedelta(hours=2)
    assert made.customer is None


def test_a_customer_who_pays_later_is_confirmed_at_once(
    client, make_space, customer, tomorrow
) -> None:
    space = make_space(payment="PREPAID", hourly_minor=1_000)
    page = f"/calendar/{space.public_id}/book/"
    data = {"day": tomorrow, "starts": "15:00", "ends": "16:00", **GUEST}

    client.post(page, data | {"customer": customer.public_id, "pays_later": "on"})
    client.post(page, data | {"starts": "16:00", "ends": "17:00"})

    later, now = Reservation.objects.order_by("starts_at")
    assert (later.state, later.payment_rule, later.customer) == ("CONFIRMED", "PAY_LATER", customer)
    assert now.state == "PENDING_PAYMENT"


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"ends": "14:00"}, 422, "id_ends_error"),
        ({"starts": "15:20", "ends": "16:20"}, 422, "id_starts_error"),
        ({"ends": "15:30"}, 422, "id_ends_error"),
        ({"starts": "06:00", "ends": "07:00"}, 422, "not open"),
        ({"day": "2001-01-01"}, 422, "id_starts_error"),
        ({"day": "0001-01-01"}, 422, "id_day_error"),
        ({"name": ""}, 422, "id_name_error"),
        ({"email": "x"}, 422, "id_email_error"),
        ({"customer": "cus_1"}, 422, "id_customer_error"),
        ({"notes": "x" * 1_001}, 422, "id_notes_error"),
        ({"starts": "10:00", "ends": "11:00"}, 409, "Somebody else was faster."),
    ],
)
def test_booking_refuses_what_is_not_possible(
    client, space, book, tomorrow, change, status, said
) -> None:
    book(10)
    data = {"day": tomorrow, "starts": "15:00", "ends": "16:00", **GUEST}

    response = client.post(f"/calendar/{space.public_id}/book/", data | change)

    assert response.status_code == status
    assert said in response.content.decode()
    assert Reservation.objects.count() == 1


def test_a_time_that_the_clocks_skip_is_refused(client, space, location) -> None:
    Location.objects.update(time_zone="Europe/Rome")
    data = {"day": "2027-03-28", "starts": "02:30", "ends": "03:30"}

    response = client.post(f"/calendar/{space.public_id}/block/", data)

    assert response.status_code == 422
    assert "The clocks skip this time" in response.content.decode()


def test_a_block_is_made_and_lifted(client, space, tomorrow) -> None:
    data = {"day": tomorrow, "starts": "12:00", "ends": "13:00", "reason": "Pulizie"}
    client.post(f"/calendar/{space.public_id}/block/", data)
    block = Block.objects.get()

    shown = client.get(f"/calendar/blocks/{block.public_id}/").content.decode()
    again = client.post(f"/calendar/{space.public_id}/block/", data)
    client.post(f"/calendar/blocks/{block.public_id}/lift/")

    assert "Pulizie" in shown
    assert again.status_code == 409
    assert Block.objects.get().lifted_at is not None


def test_reservations_are_searched_and_sorted_into_views(client, book) -> None:
    book(10)
    gone = book(12, name="Rosa Rossi")
    client.post(f"/reservations/{gone.public_id}/cancel/", {"reason": "Pioggia"})

    coming = client.get("/reservations/").content.decode()
    off = client.get("/reservations/?view=OFF").content.decode()
    found = client.get("/reservations/?view=ALL&search=rosa").content.decode()

    assert ("Gino Guest" in coming, "Rosa Rossi" in coming) == (True, False)
    assert ("Gino Guest" in off, "Rosa Rossi" in off) == (False, True)
    assert ("Gino Guest" in found, "Rosa Rossi" in found) == (False, True)
    assert client.get("/reservations/?view=x&page=x&search=%00").status_code == 200


def test_the_refund_is_shown_before_and_the_reason_after_cancelling(
    client, make_space, book, owner_actor, now
) -> None:
    space = make_space(payment="PREPAID", hourly_minor=1_000, free_cancel_hours=0)
    mine = book(10, space=space)
    pay_for(mine, actor=owner_actor, now=now)
    page = f"/reservations/{mine.public_id}/"

    asked = client.get(f"{page}cancel/").content.decode()
    client.post(f"{page}cancel/", {"reason": "Pioggia"})
    again = client.post(f"{page}cancel/", {"reason": "x" * 201})

    mine.refresh_from_db()
    assert "€10.00 go back" in asked
    assert (mine.state, mine.refund_minor, mine.cancel_reason) == ("CANCELLED", 1_000, "Pioggia")
    assert "Pioggia" in client.get(page).content.decode()
    assert again.status_code == 422


def test_people_are_checked_in_or_missed(client, book, owner_actor) -> None:
    here, missed = book(10), book(12)
    here_page, missed_page = (f"/reservations/{one.public_id}/" for one in (here, missed))
    early = [
        client.post(path, follow=True).content.decode()
        for path in (f"{missed_page}no-show/", f"{here_page}check-in/")
    ]
    waiting = client.get(here_page).content.decode()
    Reservation.objects.update(starts_at=datetime(2026, 1, 1, tzinfo=UTC))

    ready = client.get(here_page).content.decode()
    client.post(f"{here_page}check-in/")
    client.post(f"{missed_page}no-show/")

    assert "has not begun yet" in early[0]
    assert "too early" in early[1]
    assert (f"{here_page}check-in/" in waiting, f"{here_page}check-in/" in ready) == (False, True)
    states = Reservation.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["CHECKED_IN", "NO_SHOW"]
    late = client.post(f"{here_page}cancel/", {}, follow=True)
    assert "is not possible while" in late.content.decode()


def test_what_was_noted_by_mistake_is_taken_back(client, book, now) -> None:
    here, missed = book(10), book(12)
    begun = now - timedelta(minutes=5)
    Reservation.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=2))
    client.post(f"/reservations/{here.public_id}/check-in/")
    client.post(f"/reservations/{missed.public_id}/no-show/")

    pages = [
        client.get(f"/reservations/{one.public_id}/").content.decode() for one in (here, missed)
    ]
    client.post(f"/reservations/{here.public_id}/check-in/undo/")
    client.post(f"/reservations/{missed.public_id}/no-show/undo/")

    assert "Undo the check-in" in pages[0]
    assert "They came after all" in pages[1]
    states = Reservation.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["CONFIRMED", "CONFIRMED"]


@pytest.mark.parametrize(
    "path", ["/spaces/", "/spaces/locations/", "/reservations/", "/calendar/?day={day}"]
)
def test_lists_ask_the_same_for_one_and_three(
    client, location, make_space, book, owner_actor, tomorrow, path
) -> None:
    path = path.format(day=tomorrow)
    spaces = [make_space(name="Sala 0")]
    book(10, space=spaces[0])
    count_queries(client, path)
    one = count_queries(client, path)
    for number in (1, 2):
        spaces.append(create_space(actor=owner_actor, location=location, name=f"Sala {number}"))
        book(10, space=spaces[-1])

    assert count_queries(client, path) == one


def test_the_file_of_reservations_holds_what_the_list_shows(client, book) -> None:
    book(10)

    response = client.get("/reservations/export/?view=ALL&columns=code&columns=name&layout=plain")

    assert response.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        *("/spaces/new/", "/spaces/locations/new/", "/spaces/{space}/edit/"),
        *("/spaces/{space}/archive/", "/calendar/{space}/book/", "/calendar/{space}/block/"),
        *("/reservations/{stay}/check-in/", "/reservations/{stay}/cancel/"),
    ],
)
def test_writing_is_closed_to_viewers(client_for, viewer, space, book, in_agency, path) -> None:
    path = path.format(space=space.public_id, stay=book().public_id)

    assert stay_in(in_agency, client_for(viewer)).post(path).status_code == 403


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


def test_what_is_still_to_be_paid_is_a_list(client, make_space, book, owner_actor, now) -> None:
    paid_later = {"payment": PaymentRule.PAY_LATER, "hourly_minor": 2_000}
    book(9, space=make_space(name="Gratis"), name="Franco Gratis")
    book(9, space=make_space(name="Dopo", **paid_later), name="Dora Debito")
    settled = book(9, space=make_space(name="Dopo due", **paid_later), name="Sara Saldata")
    pay_for(settled, actor=owner_actor, now=now)

    listed = client.get("/reservations/?view=UNPAID").content.decode()

    assert "Dora Debito" in listed
    assert "Sara Saldata" not in listed
    assert "Franco Gratis" not in listed
