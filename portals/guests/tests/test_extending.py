"""Guests stay longer by the link of their mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from booking.guest_links import sign_reservation
from booking.models import Claim, Reservation
from booking.services.reservations import Visitor, book_space
from portals.conftest import stay_in
from tenants.states import PortalName

HOUR = timedelta(hours=1)


@pytest.fixture
def client(client_for, in_agency) -> Client:
    return stay_in(in_agency, client_for(portal=PortalName.CUSTOMER))


@pytest.fixture
def reservation(space, rival, contact_actor, stay, now) -> Reservation:
    """Of a guest, two hours that began a moment ago, where it is open round the clock."""
    made = book_space(
        space,
        stay=stay,
        booker=rival,
        visitor=Visitor(name=rival.name, email=rival.email),
        actor=contact_actor,
        now=now,
    )
    begun = now.replace(minute=0, second=0, microsecond=0)
    Reservation.objects.update(starts_at=begun, ends_at=begun + 2 * HOUR)
    Claim.objects.update(busy=(begun, begun + 2 * HOUR))
    space.location.hours.update(opens=0, closes=24 * 60)
    type(space.location).objects.update(hours_changed_at=now)
    made.refresh_from_db()
    return made


def test_who_has_the_link_stays_longer(client, reservation) -> None:
    page = f"/book/reservations/{sign_reservation(reservation.public_id)}/"
    end = reservation.ends_at + HOUR

    shown = client.get(page).content.decode()
    choices = client.get(f"{page}extend/").content.decode()
    done = client.post(f"{page}extend/", {"ends_at": end.isoformat()}, follow=True)

    reservation.refresh_from_db()
    assert f'href="{page}extend/"' in shown
    assert f'value="{end.isoformat()}"' in choices
    assert "The stay lasts longer now." in done.content.decode()
    assert reservation.ends_at == end


def test_nobody_stays_longer_by_another_link(client, reservation) -> None:
    answer = client.post(
        "/book/reservations/forged/extend/", {"ends_at": reservation.ends_at.isoformat()}
    )

    assert answer.status_code == 404
