"""The agency books for a customer: who comes is known already."""

from __future__ import annotations

import pytest

from booking.models import Reservation
from portals.conftest import stay_in


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def form(make_stay) -> dict[str, str]:
    stay = make_stay()
    return {
        "day": stay.start.date().isoformat(),
        "starts": f"{stay.start:%H:%M}",
        "ends": f"{stay.end:%H:%M}",
        "name": "",
        "email": "",
    }


def test_a_customer_needs_no_name_and_no_address(client, space, customer, form) -> None:
    answer = client.post(
        f"/calendar/{space.public_id}/book/", {**form, "customer": customer.public_id}
    )

    made = Reservation.objects.get()
    assert answer["Location"] == f"/reservations/{made.public_id}/"
    assert (made.name, made.email) == (customer.name, customer.email)


def test_what_is_typed_counts_before_the_customers_own(client, space, customer, form) -> None:
    typed = {"customer": customer.public_id, "name": "Gino Bianchi", "email": "gino@guest.test"}
    client.post(f"/calendar/{space.public_id}/book/", {**form, **typed})

    made = Reservation.objects.get()
    assert (made.name, made.email) == ("Gino Bianchi", "gino@guest.test")


@pytest.mark.parametrize(
    ("typed", "missing"), [({}, 2), ({"name": "Rita"}, 1), ({"email": "rita@guest.test"}, 1)]
)
def test_a_guest_says_both(client, space, form, typed, missing) -> None:
    answer = client.post(f"/calendar/{space.public_id}/book/", {**form, **typed})

    assert answer.status_code == 422
    assert answer.content.decode().count("This field is required") == missing
    assert not Reservation.objects.exists()


def test_a_customer_that_comes_itself_is_named_once(client, space, customer, form) -> None:
    client.post(f"/calendar/{space.public_id}/book/", {**form, "customer": customer.public_id})
    day = form["day"]

    shown = client.get(f"/calendar/?day={day}").content.decode().split("<main")[1]

    assert customer.name in shown
    assert f"{customer.name} · {customer.name}" not in shown
    listed = client.get("/reservations/").content.decode().split("<main")[1]
    assert listed.count(customer.name) == 1
