"""Moving a reservation by a form, in both portals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.bookers import booker_of
from booking.models import Reservation
from booking.services.blocks import block_space
from booking.services.reservations import Visitor, book_space
from portals.conftest import stay_in
from spotex.kernel.versions import version_of
from tenants.states import PortalName


@pytest.fixture
def reservation(space, stay, contact_actor, contact, now) -> Reservation:
    return book_space(
        space,
        stay=stay,
        booker=booker_of(contact_actor),
        visitor=Visitor(name="Carla", email="carla@company.test", customer=contact.customer),
        actor=contact_actor,
        now=now,
    )


@pytest.fixture(params=["agency", "customer"])
def client(request, client_for, owner, contact, in_agency):
    if request.param == "agency":
        return stay_in(in_agency, client_for(owner))
    return stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))


@pytest.fixture
def move(client, reservation, stay):
    def make(**changes):
        body = {
            "space": reservation.space.public_id,
            "day": str(stay.start.date()),
            "starts": "14:00",
            "ends": "15:00",
            "version": version_of(reservation),
            **changes,
        }
        return client.post(f"/reservations/{reservation.public_id}/move/", body)

    return make


def test_a_reservation_moves_to_another_time_and_space(
    client, move, reservation, make_space, make_stay
) -> None:
    other = make_space(name="Sala Verde")
    page = client.get(f"/reservations/{reservation.public_id}/").content.decode()
    form = client.get(f"/reservations/{reservation.public_id}/move/").content.decode()

    answer = move(space=other.public_id)

    assert f"/reservations/{reservation.public_id}/move/" in page
    assert 'value="10:00"' in form
    assert answer["Location"] == f"/reservations/{reservation.public_id}/"
    reservation.refresh_from_db()
    assert (reservation.space, reservation.starts_at) == (other, make_stay(14).start)


def test_who_is_in_the_way_is_said_and_it_stays(
    move, reservation, space, stay, make_stay, owner_actor
) -> None:
    block_space(space, period=make_stay(14), actor=owner_actor)

    taken, backwards, stale = (
        move(),
        move(ends="13:00"),
        move(starts="16:00", ends="17:00", version=1),
    )

    assert [one.status_code for one in (taken, backwards, stale)] == [409, 422, 409]
    assert "Somebody else was faster" in taken.content.decode()
    assert "changed meanwhile" in stale.content.decode()
    reservation.refresh_from_db()
    assert reservation.starts_at == stay.start


@pytest.mark.parametrize(
    "change",
    [{"day": "9999-12-31"}, {"space": "spc_unknown"}, {"day": "2027-03-28", "starts": "x"}],
)
def test_nonsense_is_refused_in_the_form(move, change) -> None:
    assert move(**change).status_code == 422


def test_a_time_that_the_clocks_skip_is_refused(move, location, reservation) -> None:
    location.time_zone = "Europe/Rome"
    location.save()

    answer = move(day="2027-03-28", starts="02:30", ends="04:00")

    assert answer.status_code == 422
    assert "The clocks skip this time on that day." in answer.content.decode()


def test_what_began_shows_no_way_to_move(client, reservation) -> None:
    Reservation.objects.update(
        starts_at=reservation.starts_at - timedelta(days=3),
        ends_at=reservation.ends_at - timedelta(days=3),
    )

    page = client.get(f"/reservations/{reservation.public_id}/").content.decode()

    assert "/move/" not in page


@pytest.mark.parametrize(
    ("query", "day", "starts", "ends"),
    [
        ("at={later}T12:00:00%2B00:00", 2, "12:00", "13:00"),
        ("day={later}", 2, "10:00", "11:00"),
        ("", 1, "10:00", "11:00"),
        ("at=tomorrow&day=x", 1, "10:00", "11:00"),
        ("at=0001-01-01T00:00:00%2B00:00", 1, "10:00", "11:00"),
        ("at={later}T12:00:00", 1, "10:00", "11:00"),
        ("day=9999-12-31", 1, "10:00", "11:00"),
    ],
)
def test_the_form_shows_what_was_pointed_at_in_the_calendar(
    client, reservation, make_space, make_stay, query, day, starts, ends
) -> None:
    other = make_space(name="Sala Verde")
    later = make_stay(day=2).start.date()
    path = f"/reservations/{reservation.public_id}/move/?space={other.public_id}&"

    page = client.get(path + query.format(later=later)).content.decode()

    for value in (make_stay(day=day).start.date(), starts, ends):
        assert f'value="{value}"' in page
    assert f'value="{other.public_id}" selected' in page
