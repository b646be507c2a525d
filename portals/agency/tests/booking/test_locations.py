"""Locations in the agency portal: their week and their closures."""

from __future__ import annotations

import pytest

from booking.models import Location, OpeningException, OpeningRule
from portals.agency.tests.booking.forms import LOCATION


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
