"""The waiting list in the customer portal."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Hold, Reservation, Wish
from booking.services.blocks import block_space, lift_block
from booking.services.tending import tend_waiting_list
from booking.tests.expired import expire
from portals.conftest import stay_in
from spotex.kernel.actor import ANONYMOUS as ANYBODY
from tenants.models import MailMessage
from tenants.states import PortalName


@pytest.fixture
def client(client_for, contact, in_agency) -> Client:
    return stay_in(in_agency, client_for(contact.user, portal=PortalName.CUSTOMER))


@pytest.fixture
def block(space, stay, owner_actor):
    return block_space(space, period=stay, actor=owner_actor)


@pytest.fixture
def join(client, space, stay):
    def make(starts: str = "10:00", ends: str = "11:00", *, minutes: str = "60"):
        body = {"day": str(stay.start.date()), "starts": starts, "ends": ends, "minutes": minutes}
        return client.post(f"/spaces/{space.public_id}/wait/", body)

    return make


def test_the_page_of_a_space_leads_to_the_list(client, space, stay) -> None:
    day = stay.start.date()

    page = client.get(f"/spaces/{space.public_id}/?day={day}").content.decode()
    form = client.get(f"/spaces/{space.public_id}/wait/?day={day}").content.decode()

    assert f"/spaces/{space.public_id}/wait/?day={day}" in page
    assert f'value="{day}"' in form
    assert 'value="08:00"' in form
    assert 'value="20:00"' in form


def test_from_the_wish_to_the_reservation(
    block, join, client, space, stay, owner_actor, now, contact
) -> None:
    answer = join()
    assert answer["Location"] == "/waiting/"
    listed = client.get("/waiting/").content.decode()
    lift_block(block, actor=owner_actor)
    tend_waiting_list(space, actor=owner_actor, now=now)

    offered = client.get("/waiting/").content.decode()
    hold = Hold.objects.get()
    booked = client.post(f"/holds/{hold.public_id}/", {"notes": ""})

    assert "Waiting" in listed
    assert f"/holds/{hold.public_id}/" not in listed
    assert f"/holds/{hold.public_id}/" in offered
    mails = MailMessage.objects.filter(recipient=contact.user.email).order_by("pk")
    assert [f"/holds/{hold.public_id}/" in mail.text for mail in mails[:2]] == [False, True]
    made = Reservation.objects.get()
    assert booked["Location"] == f"/reservations/{made.public_id}/"
    assert (made.starts_at, made.customer_id) == (stay.start, contact.customer_id)


def test_what_is_free_or_backwards_is_refused_in_the_form(join) -> None:
    free, backwards = join(), join("11:00", "10:00")

    assert (free.status_code, backwards.status_code) == (422, 422)
    assert "This is free now" in free.content.decode()
    assert not Wish.objects.exists()


def test_an_impossible_day_is_refused(client, space) -> None:
    body = {"day": "9999-12-31", "starts": "10:00", "ends": "11:00", "minutes": "60"}

    assert client.post(f"/spaces/{space.public_id}/wait/", body).status_code == 422


def test_the_last_minute_of_a_day_is_its_end(block, join, space, stay) -> None:
    assert join("10:00", "23:59").status_code == 422  # free in the afternoon
    block_space_all_day(space, stay, block)
    join("10:00", "23:59")

    wish = Wish.objects.get()
    assert (wish.ends_at - stay.start).total_seconds() == 14 * 3_600


def block_space_all_day(space, stay, block) -> None:
    lift_block(block, actor=ANYBODY)
    period = type(stay)(start=stay.start.replace(hour=8), end=stay.start.replace(hour=20))
    block_space(space, period=period, actor=ANYBODY)


def test_leaving_the_list(block, join, client) -> None:
    join()
    wish = Wish.objects.get()

    answer = client.post(f"/waiting/{wish.public_id}/leave/")

    assert answer["Location"] == "/waiting/"
    wish.refresh_from_db()
    assert wish.state == "LEFT"
    assert "You wait for nothing" in client.get("/waiting/").content.decode()


def test_a_longer_list_asks_the_database_no_more_often(block, join, client) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/waiting/").status_code == 200
        return len(seen)

    join()
    count()
    first = count()
    for number in (1, 2):
        wish = Wish.objects.get(pk=Wish.objects.latest("pk").pk)
        wish.pk, wish.public_id = None, f"wish_{number:026d}"
        wish.save()

    assert count() == first


def test_an_offer_is_seen_on_the_first_page(block, join, client, space, owner_actor, now) -> None:
    join()
    lift_block(block, actor=owner_actor)
    tend_waiting_list(space, actor=owner_actor, now=now)
    hold = Hold.objects.get()

    until = hold.expires_at.isoformat()
    offered = client.get("/").content.decode()
    expire(hold)
    over = client.get("/").content.decode()

    assert "came free for you" in offered
    assert f'href="/holds/{hold.public_id}/"' in offered
    assert f'data-countdown="{until}"' in offered
    assert "came free for you" not in over
