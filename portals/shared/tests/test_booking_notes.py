"""Notes on the pages of agency, customer and guest, and in the API."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from booking.guest_links import sign_reservation
from booking.models import Reservation
from booking.services.reservations import Visitor, book_space
from portals.conftest import stay_in
from tenants.states import PortalName

SECRET = "Paga sempre tardi"


@pytest.fixture
def reservation(space, stay, booker, contact, contact_actor, now) -> Reservation:
    return book_space(
        space,
        stay=stay,
        booker=booker,
        visitor=Visitor(name="Carla", email="carla@company.test", customer=contact.customer),
        actor=contact_actor,
        now=now,
    )


@pytest.fixture
def agency_client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def client(client_for, contact, in_agency):
    return stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))


@pytest.fixture
def guest_client(client_for, in_agency):
    return stay_in(in_agency, client_for(portal=PortalName.CUSTOMER))


def url(name: str, reservation: Reservation) -> str:
    return reverse(
        f"customer:{name}", args=[reservation.public_id], urlconf="portals.customer.urls"
    )


def test_the_person_changes_the_notes_until_the_stay(client, reservation) -> None:
    page, form = (url(name, reservation) for name in ("reservation-detail", "reservation-notes"))

    empty = client.get(page).content.decode()
    client.post(form, {"notes": "Due lavagne"})
    shown = client.get(page).content.decode()
    long = client.post(form, {"notes": "x" * 1_001})
    Reservation.objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    late = client.post(form, {"notes": "Tre"}, follow=True).content.decode()

    assert "Add notes" in empty
    assert "Due lavagne" in shown
    assert "Change the notes" in shown
    assert long.status_code == 422
    assert "until the stay begins" in late
    assert form not in client.get(page).content.decode()


def test_a_guest_changes_them_by_the_signed_link(guest_client, reservation) -> None:
    page = f"/book/reservations/{sign_reservation(reservation.public_id)}/"

    assert guest_client.get(f"{page}notes/").status_code == 200
    guest_client.post(f"{page}notes/", {"notes": "Due lavagne"})

    reservation.refresh_from_db()
    assert reservation.notes == "Due lavagne"
    assert f"{page}notes/" in guest_client.get(page).content.decode()
    assert guest_client.get("/book/reservations/x.y/notes/").status_code == 404


def test_only_the_agency_reads_its_own_notes(
    agency_client, client, guest_client, reservation
) -> None:
    page = f"/reservations/{reservation.public_id}/"

    form = agency_client.get(f"{page}notes/")
    agency_client.post(f"{page}notes/", {"notes": SECRET})

    token = sign_reservation(reservation.public_id)
    assert form.status_code == 200
    assert SECRET in agency_client.get(page).content.decode()
    assert SECRET not in client.get(url("reservation-detail", reservation)).content.decode()
    assert SECRET not in guest_client.get(f"/book/reservations/{token}/").content.decode()
