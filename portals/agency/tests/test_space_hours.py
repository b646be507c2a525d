"""Hours of one space, and whose a location is, in the agency portal."""

from __future__ import annotations

import pytest

from booking.models import Location, OpeningRule, Space
from booking.services.reservations import Visitor, book_space
from portals.conftest import stay_in
from spotex.kernel.versions import version_of


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


def send(client, space: Space, **data):
    data.setdefault("version", version_of(Space.objects.get(pk=space.pk)))
    return client.post(f"/spaces/{space.public_id}/hours/", data)


def test_a_space_gets_hours_of_its_own_and_loses_them(client, space) -> None:
    answer = send(client, space, day_0_0_opens="09:00", day_0_0_closes="12:00")

    assert answer["Location"] == f"/spaces/{space.public_id}/"
    rule = OpeningRule.objects.get(space=space)
    assert (rule.weekday, rule.opens, rule.closes) == (0, 540, 720)
    page = client.get(f"/spaces/{space.public_id}/hours/").content.decode()
    assert 'value="09:00"' in page
    shown = client.get(f"/spaces/{space.public_id}/").content.decode()
    assert "Opening hours of this space" in shown
    assert "09:00–12:00" in shown
    assert send(client, space).status_code == 302
    assert not OpeningRule.objects.filter(space=space).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"day_0_0_opens": "09:00"},
        {"day_0_0_opens": "x", "day_0_0_closes": "12:00"},
    ],
)
def test_half_an_hour_is_none(client, space, wrong) -> None:
    assert send(client, space, **wrong).status_code == 422


def test_who_was_slower_keeps_the_text(client, space) -> None:
    answer = send(client, space, version=1, day_0_0_opens="09:00", day_0_0_closes="12:00")

    assert answer.status_code == 409
    assert 'value="09:00"' in answer.content.decode()


@pytest.mark.parametrize("is_theirs", [True, False])
def test_a_location_belongs_to_the_agency_or_to_a_customer(client, customer, is_theirs) -> None:
    form = {
        "name": "Casa Nuova",
        "time_zone": "Europe/Rome",
        "owner": customer.public_id if is_theirs else "",
        "day_0_0_opens": "09:00",
        "day_0_0_closes": "18:00",
    }

    assert client.post("/spaces/locations/new/", form).status_code == 302

    assert Location.objects.get(name="Casa Nuova").customer == (customer if is_theirs else None)


def test_nobody_else_can_own_a_location(client) -> None:
    form = {"name": "Casa Nuova", "time_zone": "Europe/Rome", "owner": "cus_other"}

    assert client.post("/spaces/locations/new/", form).status_code == 422
    assert not Location.objects.filter(name="Casa Nuova").exists()


def test_stays_that_lie_outside_of_new_hours_are_pointed_out(
    client, space, location, make_stay, booker, owner_actor, now
) -> None:
    for hour in (9, 15):
        book_space(
            space,
            stay=make_stay(hour),
            booker=booker,
            visitor=Visitor(name="Gino", email="gino@guest.test"),
            actor=owner_actor,
            now=now,
        )
    early = {
        f"day_{day}_0_{end}": at
        for day in range(7)
        for end, at in (("opens", "08:00"), ("closes", "12:00"))
    }

    def read() -> str:
        return client.get(f"/spaces/{space.public_id}/").content.decode()

    send(client, space, **early)
    assert "1 reservation lies outside these hours" in read()
    send(client, space)
    assert "lies outside these hours" not in read()
    day = str(make_stay(9).start.date())
    answer = client.post(
        f"/spaces/locations/{location.public_id}/days/", {"first_day": day, "last_day": day}
    )
    assert answer.status_code == 302
    assert "2 reservations lie outside these hours" in read()
