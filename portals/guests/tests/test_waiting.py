"""Guests wait: an address counts when its link was followed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from booking.models import Hold, Reservation, Wish
from booking.services.blocks import block_space, lift_block
from booking.services.offers import close_offer
from booking.services.tending import tend_waiting_list
from booking.tests.expired import expire
from portals.conftest import stay_in
from portals.guests.forms import sign_wish_details
from portals.guests.views.waiting import LINKS_TO_ADDRESS
from portals.tests.traces.words import find_traces
from tenants.models import MailMessage
from tenants.states import PortalName


@pytest.fixture
def client(client_for, in_agency) -> Client:
    return stay_in(in_agency, client_for(portal=PortalName.CUSTOMER))


@pytest.fixture
def block(space, stay, owner_actor):
    return block_space(space, period=stay, actor=owner_actor)


@pytest.fixture
def ask(client, space, stay):
    def make(**changes):
        body = {
            "day": str(stay.start.date()),
            "starts": "10:00",
            "ends": "11:00",
            "minutes": "60",
            "name": "Rita",
            "email": "Rita@Rivale.test",
            **changes,
        }
        return client.post(f"/book/{space.public_id}/wait/", body)

    return make


def read_link() -> str:
    """Return the path of the link in the last mail."""
    found = re.search(r"https?://[^/]+(/book/waiting/\S+)", MailMessage.objects.latest("pk").text)
    assert found is not None
    return found[1]


@pytest.fixture
def wish(block, ask, client) -> Wish:
    assert ask().status_code == 200
    client.post(read_link())
    return Wish.objects.get()


@pytest.fixture
def offered(wish, block, space, owner_actor, now) -> Wish:
    lift_block(block, actor=owner_actor)
    tend_waiting_list(space, actor=owner_actor, now=now)
    wish.refresh_from_db()
    return wish


def test_nothing_is_stored_before_the_link_is_followed(block, ask, client, space) -> None:
    form = client.get(f"/book/{space.public_id}/wait/")
    sent = ask()
    assert form.status_code == 200
    assert "rita@rivale.test" in sent.content.decode().lower()
    assert not Wish.objects.exists()

    link = read_link()
    looked = client.get(link)
    assert not Wish.objects.exists()
    answer = client.post(link)

    wish = Wish.objects.get()
    assert (wish.email, wish.booker, wish.customer) == ("rita@rivale.test", wish.public_id, None)
    page = client.get(answer["Location"]).content.decode()
    assert "number 1 in the line" in page
    for text in (looked.content.decode(), page, sent.content.decode()):
        assert not find_traces(text)


def test_an_offer_is_taken_from_the_link_in_the_mail(offered, client, stay, owner_actor) -> None:
    link = read_link()

    page = client.get(link)
    answer = client.post(link, {"notes": "Due lavagne"})

    assert "Your time came free" in page.content.decode()
    made = Reservation.objects.get()
    offered.refresh_from_db()
    close_offer(offered, actor=owner_actor)
    assert f'{answer["Location"]}"' in client.get(link).content.decode()
    assert (made.starts_at, made.email, made.notes) == (
        stay.start,
        "rita@rivale.test",
        "Due lavagne",
    )
    assert made.code in client.get(answer["Location"]).content.decode()
    assert not find_traces(page.content.decode())


def test_an_offer_that_passed_says_so(offered, client, space, owner_actor, now) -> None:
    link = read_link()
    expire(Hold.objects.get())

    early = client.get(link).content.decode()
    tend_waiting_list(space, actor=owner_actor, now=now)
    later = client.get(link).content.decode()

    assert "Your time came free" not in early
    assert "The offer is over" in later
    assert "The offer is over" in MailMessage.objects.latest("pk").subject


def test_somebody_faster_after_the_offer_passed(offered, client, space, stay, owner_actor) -> None:
    """The claim is over by the clock of the database, the page still shows the offer."""
    link, hold = read_link(), Hold.objects.get()
    until = hold.expires_at
    expire(hold)
    Hold.objects.update(expires_at=until)
    block_space(space, period=stay, actor=owner_actor)

    answer = client.post(link, {"notes": ""})

    assert answer["Location"] == link
    assert not Reservation.objects.exists()


def test_leaving_by_the_link(wish, client) -> None:
    link = read_link()

    client.post(f"{link}leave/")

    wish.refresh_from_db()
    assert wish.state == "LEFT"
    assert "Leave the list" not in client.get(link).content.decode()


def test_forged_and_refused_links(client, space, ask, stay) -> None:
    assert client.get("/book/waiting/confirm/forged/").status_code == 404
    assert client.get("/book/waiting/forged/").status_code == 404
    details = {
        "space": space.public_id,
        "starts_at": stay.start.isoformat(),
        "ends_at": stay.end.isoformat(),
        "minutes": 60,
        "name": "Rita",
        "email": "rita@rivale.test",
    }
    free = client.post(f"/book/waiting/confirm/{sign_wish_details(details)}/")
    assert free.status_code == 422
    assert "This is free now" in free.content.decode()
    assert ask(email="nonsense").status_code == 422


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"starts": "15:00", "ends": "16:00"}, "This is free now"), ({}, "has begun already")],
)
def test_what_cannot_be_waited_for_is_refused_before_any_mail(
    block, ask, stay, changes, sentence
) -> None:
    past = {"day": str((stay.start - timedelta(days=3)).date())}

    answer = ask(**(changes or past))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not MailMessage.objects.exists()


def test_links_are_not_sent_for_ever(block, ask) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        codes = [ask().status_code for _ in range(LINKS_TO_ADDRESS + 1)]

    assert codes == [*[200] * LINKS_TO_ADDRESS, 429]
