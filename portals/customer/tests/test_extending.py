"""Staying longer for a price that somebody saw, as a customer does it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Claim, Reservation
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import change_space
from portals.conftest import stay_in
from tenants.states import PortalName

HOUR = timedelta(hours=1)


@pytest.fixture
def client(client_for, contact, in_agency) -> Client:
    return stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))


@pytest.fixture
def begun(now) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


@pytest.fixture
def reservation(make_space, booker, contact, contact_actor, stay, now, begun) -> Reservation:
    """Two hours for 40.00 that began a moment ago, where it is open round the clock."""
    space = make_space(payment="PAY_LATER", hourly_minor=2_000)
    visitor = Visitor(name="Carla", email="carla@company.test", customer=contact.customer)
    made = book_space(
        space, stay=stay, booker=booker, visitor=visitor, actor=contact_actor, now=now
    )
    end = begun + 2 * HOUR
    Reservation.objects.update(
        starts_at=begun,
        ends_at=end,
        total_minor=4_000,
        price_lines=[{"kind": "HOUR", "quantity": 120, "unit_minor": 2_000, "amount_minor": 4_000}],
    )
    Claim.objects.update(busy=(begun, end))
    space.location.hours.update(opens=0, closes=24 * 60)
    type(space.location).objects.update(hours_changed_at=now)
    return made


def url(name: str, row) -> str:
    return reverse(f"customer:{name}", args=[row.public_id], urlconf="portals.customer.urls")


def test_who_stays_longer_pays_what_the_page_said(client, reservation, begun, owner_actor) -> None:
    page, end = url("reservation-extend", reservation), (begun + 3 * HOUR).isoformat()
    offered = client.get(page).content.decode()
    change_space(reservation.space, actor=owner_actor, hourly_minor=5_000)

    outrun = client.post(page, {"ends_at": f"{end}~2000"})
    before = Reservation.objects.get()
    again = client.post(page, {"ends_at": f"{end}~5000"}, follow=True)

    reservation.refresh_from_db()
    assert f'value="{end}~2000"' in offered
    assert "+€20.00" in offered
    assert outrun.status_code == 422
    assert "What this costs has changed" in outrun.content.decode()
    assert f'value="{end}~5000"' in outrun.content.decode()
    assert (before.ends_at, before.total_minor) == (begun + 2 * HOUR, 4_000)
    assert "The stay lasts longer now." in again.content.decode()
    assert "1 hour more" in again.content.decode()
    assert reservation.total_minor == 9_000
