"""What is sold stays sold, and events wait until it is free."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.due_handlers import try_event_again
from booking.due_kinds import SETTLE_EVENT
from booking.models import OutsideEvent
from booking.outside_access import access_conflict
from booking.selectors.outside import (
    list_collisions,
    list_conflicts_for,
)
from booking.services.cancelling import cancel_reservation
from booking.services.claims import give_back
from booking.services.holds import hold_space, release_hold
from booking.services.outside import (
    ignore_outside_event,
    retry_outside_event,
)
from booking.states import OutsideState
from booking.tests.outside.calendars import busy, states
from spotex.kernel.errors import Missing
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import enter_schema
from tenants.models import DueWork


def test_what_is_sold_stays_sold(follow, book, space, make_stay, owner_actor) -> None:
    stay = book(make_stay(10))
    follow(make_stay(10, hours=2))

    event = list_conflicts_for(owner_actor).get()
    assert busy(space, make_stay(8, hours=12)) == [("RESERVATION", stay.starts_at, stay.ends_at)]
    assert list_collisions([event]) == {event.pk: [stay]}
    assert list_collisions([]) == {}


def test_only_what_is_in_the_way_is_named(follow, book, make_space, make_stay, owner_actor) -> None:
    other = make_space(name="Altrove")
    stay, _before, _elsewhere = (
        book(make_stay(10)),
        book(make_stay(8)),
        book(make_stay(11), space=other),
    )
    book(make_stay(13))
    follow(make_stay(10, hours=2), make_stay(13))

    events = list(list_conflicts_for(owner_actor))
    found = list_collisions(events)
    assert [len(found[event.pk]) for event in events] == [1, 1]
    assert found[events[0].pk] == [stay]


def test_cancelling_the_reservation_lets_the_event_in(
    follow, book, space, make_stay, owner_actor, now
) -> None:
    stay, wanted = book(make_stay(10)), make_stay(10, hours=2)
    follow(wanted)

    cancel_reservation(stay, actor=owner_actor, now=now)

    assert states() == [OutsideState.BUSY]
    assert busy(space, wanted) == [("EXTERNAL", wanted.start, wanted.end)]


def test_an_ignored_event_does_not_come_back_until_it_moves(
    follow, book, make_stay, owner_actor
) -> None:
    book(make_stay(10))
    follow(make_stay(10, hours=2))
    event = access_conflict(owner_actor, OutsideEvent.objects.get().public_id)

    ignore_outside_event(event, actor=owner_actor)
    ignore_outside_event(event, actor=owner_actor)
    follow(make_stay(10, hours=2))

    assert states() == [OutsideState.IGNORED]
    assert ActivityEntry.objects.filter(event="booking.outside.ignored").count() == 1
    with pytest.raises(Missing):
        access_conflict(owner_actor, event.public_id)
    follow(make_stay(10, hours=3))
    assert sorted(states()) == [OutsideState.CONFLICT, OutsideState.GONE]


def test_looking_again_finds_what_became_free(
    follow, space, make_stay, booker, contact_actor, owner_actor, now
) -> None:
    hold = hold_space(space, stay=make_stay(10), booker=booker, actor=contact_actor, now=now)
    follow(make_stay(10))
    event = OutsideEvent.objects.get()
    assert not retry_outside_event(event, actor=owner_actor, at=now)

    give_back(hold.public_id)

    assert retry_outside_event(event, actor=owner_actor, at=now)
    assert not retry_outside_event(event, actor=owner_actor, at=now)


def test_a_hold_that_is_given_back_lets_the_event_in(
    follow, space, make_stay, booker, contact_actor, now
) -> None:
    hold = hold_space(space, stay=make_stay(10), booker=booker, actor=contact_actor, now=now)
    follow(make_stay(10))
    assert states() == [OutsideState.CONFLICT]

    release_hold(hold, booker=booker, actor=contact_actor)

    assert states() == [OutsideState.BUSY]


def test_an_event_is_tried_again_when_the_hold_in_its_way_is_over(
    follow, space, make_stay, booker, contact_actor, agency, now
) -> None:
    hold = hold_space(space, stay=make_stay(10), booker=booker, actor=contact_actor, now=now)
    follow(make_stay(10))
    event = OutsideEvent.objects.get()
    planned = DueWork.objects.get(kind=SETTLE_EVENT, key=event.public_id)
    assert planned.due_at == hold.expires_at + timedelta(seconds=1)
    due = {"key": event.public_id, "agency_id": agency.pk, "at": now}

    assert try_event_again(**due) is None
    enter_schema(agency.schema_name)
    assert states() == [OutsideState.CONFLICT]
    give_back(hold.public_id)
    assert try_event_again(**due) is None

    enter_schema(agency.schema_name)
    assert states() == [OutsideState.BUSY]


def test_what_is_booked_is_not_waited_for(follow, book, make_stay) -> None:
    book(make_stay(10))

    follow(make_stay(10))

    assert not DueWork.objects.filter(kind=SETTLE_EVENT).exists()
