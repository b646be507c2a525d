"""Deposits, and staying longer, as a customer sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Claim, Reservation
from booking.services.holds import hold_space
from booking.services.reservations import Visitor, book_space
from booking.tests.paid import pay_for
from portals.conftest import stay_in
from tenants.states import PortalName

DEPOSIT = {"payment": "PREPAID", "hourly_minor": 2_000, "deposit_percent": 30}


@pytest.fixture
def client(client_for, contact, in_agency) -> Client:
    return stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))


def url(name: str, row) -> str:
    return reverse(f"customer:{name}", args=[row.public_id], urlconf="portals.customer.urls")


@pytest.fixture
def book(booker, contact, contact_actor, now):
    def make(space, stay) -> Reservation:
        visitor = Visitor(name="Carla", email="carla@company.test", customer=contact.customer)
        return book_space(
            space, stay=stay, booker=booker, visitor=visitor, actor=contact_actor, now=now
        )

    return make


@pytest.mark.parametrize(("asks", "said"), [(False, "when booking"), (True, "after the yes")])
def test_what_is_due_now_is_said_before_booking(
    client, make_space, stay, booker, contact_actor, now, asks, said
) -> None:
    space = make_space(**DEPOSIT, needs_approval=asks)
    hold = hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)

    page = client.get(url("hold-book", hold)).content.decode()

    assert f"You pay €6.00 {said}, and €14.00 later." in page


def test_the_rest_is_paid_on_the_page_of_the_reservation(
    client, make_space, book, stay, contact_actor, now
) -> None:
    reservation = book(make_space(**DEPOSIT), stay)
    pay_for(reservation, actor=contact_actor, now=now)

    page = client.get(url("reservation-detail", reservation)).content.decode()
    till = client.post(url("reservation-pay", reservation), follow=True).content.decode()

    assert "€6.00 paid, €14.00 to pay" in page
    assert "Pay now" in page
    assert "€14.00" in till


def test_who_is_there_stays_longer(client, space, book, stay, now) -> None:
    reservation = book(space, stay)
    page = url("reservation-extend", reservation)
    before = client.get(page).content.decode()
    begun = now.replace(minute=0, second=0, microsecond=0)
    Reservation.objects.update(starts_at=begun, ends_at=begun + timedelta(hours=2))
    Claim.objects.update(busy=(begun, begun + timedelta(hours=2)))
    space.location.hours.update(opens=0, closes=24 * 60)
    type(space.location).objects.update(hours_changed_at=now)

    shown = client.get(url("reservation-detail", reservation)).content.decode()
    choices = client.get(page).content.decode()
    wrong = client.post(page, {"ends_at": "2020-01-01T00:00:00+00:00"})
    end = begun + timedelta(hours=3)
    done = client.post(page, {"ends_at": end.isoformat()}, follow=True).content.decode()

    reservation.refresh_from_db()
    assert "It cannot last longer" in before
    assert page in shown
    assert end.isoformat() in choices
    assert wrong.status_code == 422
    assert "The stay lasts longer now." in done
    assert reservation.ends_at == end
