"""Asking for a stay in the customer portal, and what becomes of it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Hold, Reservation
from booking.services.holds import hold_space
from booking.services.requests import approve_request, decline_request
from booking.services.reservations import expire_reservation
from portals.conftest import stay_in
from tenants.states import PortalName


@pytest.fixture
def client(client_for, contact, in_agency) -> Client:
    return stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))


@pytest.fixture
def ask(make_space, client, stay, booker, contact_actor, now):
    """Return ``ask(**fields of the space)``: hold tomorrow at ten, and send the request."""

    def make(**fields) -> Reservation:
        space = make_space(needs_approval=True, **fields)
        hold = hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)
        client.post(url("hold-book", hold), {"notes": "Due lavagne"})
        return Reservation.objects.get()

    return make


def url(name: str, row: Hold | Reservation) -> str:
    return reverse(f"customer:{name}", args=[row.public_id], urlconf="portals.customer.urls")


def test_who_asks_is_told_that_it_is_a_request(
    client, make_space, stay, booker, contact_actor, now
) -> None:
    space = make_space(needs_approval=True, payment="PREPAID", hourly_minor=2_000)
    hold = hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)

    page = client.get(url("hold-book", hold)).content.decode()

    assert "Your request is answered first" in page
    assert "Send the request" in page
    assert "You pay after the yes" in page
    assert "Book again and again" not in page


def test_a_request_waits_and_can_be_withdrawn(client, ask) -> None:
    request = ask()

    page = client.get(url("reservation-detail", request)).content.decode()
    client.post(url("reservation-cancel", request), {"reason": ""})

    assert "Your request is on its way" in page
    request.refresh_from_db()
    assert request.state == "CANCELLED"


def test_after_the_yes_one_pays(client, ask, owner_actor, now) -> None:
    request = ask(payment="PREPAID", hourly_minor=2_000)
    before = client.get(url("reservation-detail", request)).content.decode()

    approve_request(request, actor=owner_actor, now=now, words="Volentieri")

    after = client.get(url("reservation-detail", request)).content.decode()
    assert ("Pay now" in before, "Pay now" in after) == (False, True)
    assert "Volentieri" in after
    assert "Move it" not in after


def test_a_no_and_a_silence_are_explained(client, ask, owner_actor, now) -> None:
    request = ask()
    page = url("reservation-detail", request)

    expire_reservation(request, actor=owner_actor)
    silent = client.get(page).content.decode()
    Reservation.objects.update(state="PENDING_APPROVAL")
    decline_request(request, actor=owner_actor, now=now, words="Lavori in sala")

    assert "Not answered in time" in silent
    assert "Lavori in sala" in client.get(page).content.decode()
    Reservation.objects.update(answer="")
    assert "Perhaps another time suits" in client.get(page).content.decode()
