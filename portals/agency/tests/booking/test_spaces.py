"""Spaces in the agency portal: their rules, their limit, their end."""

from __future__ import annotations

import pytest

from booking.models import Space
from portals.agency.tests.booking.forms import SPACE
from tenants.models import Plan


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
