"""Booking and blocking from the calendar."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.models import Block, Location, Reservation
from portals.agency.tests.booking.forms import GUEST


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
