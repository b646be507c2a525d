"""Events become topics after the commit."""

from __future__ import annotations

import socket
from contextlib import suppress

import pytest

from booking.services.holds import hold_space
from booking.services.locations import change_location, create_location
from booking.services.spaces import change_space, create_space
from hosting.services import create_site
from portals.realtime import receivers
from portals.realtime.topics import (
    agency_topic,
    customer_topic,
    operation_topic,
    publish_topics,
    site_topic,
    space_topic,
)


@pytest.fixture
def told(monkeypatch) -> list[str]:
    topics: list[str] = []
    monkeypatch.setattr(receivers, "publish_topics", lambda *told: topics.extend(told))
    return topics


def test_new_site_is_told_to_everybody_who_shows_it(
    in_agency,
    owner_actor,
    customer,
    told,
    django_capture_on_commit_callbacks,
):
    with django_capture_on_commit_callbacks(execute=True):
        site = create_site(
            actor=owner_actor,
            customer=customer,
            name="A",
            title="A",
            admin_email="a@b.test",
        )

    assert {
        site_topic(site.public_id),
        operation_topic(site.operation),
        agency_topic(in_agency.public_id, subject="sites"),
        agency_topic(in_agency.public_id, subject="operations"),
        customer_topic(customer.public_id, subject="sites"),
    } <= set(told)


def test_a_hold_on_a_hall_is_told_to_its_rooms(
    in_agency, owner_actor, booker, stay, make_space, now, told, django_capture_on_commit_callbacks
) -> None:
    hall = make_space(name="Sala grande")
    room = make_space(name="Metà", parent=hall)

    with django_capture_on_commit_callbacks(execute=True):
        hold_space(hall, stay=stay, booker=booker, actor=owner_actor, now=now)

    assert {space_topic(hall.public_id), space_topic(room.public_id)} <= set(told)


def test_another_price_is_told_to_who_follows_the_space(
    in_agency, owner_actor, told, django_capture_on_commit_callbacks
) -> None:
    house = create_location(actor=owner_actor, name="Casa")
    space = create_space(actor=owner_actor, location=house, name="Sala")

    with django_capture_on_commit_callbacks(execute=True):
        change_space(space, actor=owner_actor, payment="PREPAID", hourly_minor=1_000)

    assert told == [
        space_topic(space.public_id),
        agency_topic(in_agency.public_id, subject="calendar"),
    ]


def test_other_hours_are_told_to_who_follows_any_space_of_the_house(
    in_agency, owner_actor, told, django_capture_on_commit_callbacks
) -> None:
    house = create_location(actor=owner_actor, name="Casa")
    spaces = [
        create_space(actor=owner_actor, location=house, name=name) for name in ("Sala", "Banco")
    ]

    with django_capture_on_commit_callbacks(execute=True):
        change_location(house, actor=owner_actor, keeps_holidays=False)

    assert told == [
        *(space_topic(space.public_id) for space in spaces),
        agency_topic(in_agency.public_id, subject="calendar"),
    ]


def test_a_redis_that_hangs_is_waited_for_once(settings) -> None:
    settings.SPOTEX_REDIS_TIMEOUT = 0.05
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        settings.REDIS_URL = f"redis://127.0.0.1:{server.getsockname()[1]}/0"

        publish_topics(*(space_topic(f"spc_{number}") for number in range(20)))

        calls = []
        with suppress(TimeoutError):
            while True:
                calls.append(server.accept()[0])
    for call in calls:
        call.close()
    assert len(calls) == 1
