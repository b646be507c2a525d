"""The waiting list in the agency portal."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.bookers import Booker
from booking.models import Hold, Wish
from booking.services.blocks import block_space, lift_block
from booking.services.reservations import Visitor
from booking.services.waiting import Wanted, join_waiting_list
from portals.conftest import stay_in


@pytest.fixture
def client(client_for, owner, in_agency):
    return stay_in(in_agency, client_for(owner))


@pytest.fixture
def block(space, stay, owner_actor):
    return block_space(space, period=stay, actor=owner_actor)


@pytest.fixture
def wait(block, space, stay, owner_actor, now):
    def make(name: str = "anna") -> Wish:
        return join_waiting_list(
            space,
            wanted=Wanted(window=stay, minutes=60),
            booker=Booker(key="", is_guest=True),
            visitor=Visitor(name=name.title(), email=f"{name}@wait.test"),
            actor=owner_actor,
            now=now,
        )

    return make


def test_the_list_shows_who_waits_in_their_order(client, wait, space) -> None:
    empty = client.get(f"/spaces/{space.public_id}/waiting/").content.decode()
    wait("anna")
    wait("bea")

    page = client.get(f"/spaces/{space.public_id}/waiting/").content.decode()
    detail = client.get(f"/spaces/{space.public_id}/").content.decode()

    assert "Nobody waits" in empty
    assert page.index("Anna") < page.index("Bea")
    assert "(2)" in detail


def test_a_time_is_offered_by_hand(client, wait, block, owner_actor, space) -> None:
    wait("anna")
    second = wait("bea")
    refused = client.post(f"/spaces/waiting/{second.public_id}/offer/", follow=True)
    lift_block(block, actor=owner_actor)

    done = client.post(f"/spaces/waiting/{second.public_id}/offer/", follow=True)

    assert "Nothing that fits is free" in refused.content.decode()
    assert "The time is held for Bea" in done.content.decode()
    assert Hold.objects.get().booker == second.booker


def test_somebody_is_taken_off(client, wait) -> None:
    wish = wait()

    client.post(f"/spaces/waiting/{wish.public_id}/leave/")

    wish.refresh_from_db()
    assert wish.state == "LEFT"


def test_who_only_looks_offers_nothing(client_for, viewer, wait, space, in_agency) -> None:
    wish, client = wait(), stay_in(in_agency, client_for(viewer))

    page = client.get(f"/spaces/{space.public_id}/waiting/").content.decode()

    assert "/offer/" not in page
    assert client.post(f"/spaces/waiting/{wish.public_id}/offer/").status_code == 403


def test_a_longer_list_asks_the_database_no_more_often(client, wait, space) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/spaces/{space.public_id}/waiting/").status_code == 200
        return len(seen)

    wait("anna")
    count()
    first = count()
    wait("bea")
    wait("carla")

    assert count() == first
