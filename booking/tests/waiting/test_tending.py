"""The list is looked at when something changes, to its end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from booking.due_handlers import offer_what_came_free
from booking.due_kinds import TEND_LIST
from booking.models import Hold, Wish
from booking.periods import Period
from booking.services.blocks import block_space, lift_block
from booking.services.bookable import SpaceNotBookable
from booking.services.holds import hold_space
from booking.services.waiting import (
    offer_wish,
)
from booking.states import WishState
from booking.tests.expired import expire
from booking.tests.waiting.line import states
from spotex.kernel.tenancy import agency_scope
from tenants.models import DueWork


def test_too_late_is_over(taken, wait, tend, stay) -> None:
    wait()

    assert tend(now=stay.start - timedelta(minutes=1)) == stay.start
    assert tend(now=stay.start) is None
    assert states() == [WishState.OVER]


def test_after_the_notice_it_is_too_late(make_space, wait, tend, stay, owner_actor) -> None:
    room = make_space(name="Preavviso", notice_minutes=120)
    block_space(room, period=stay, actor=owner_actor)
    wait(space=room)
    latest = stay.start - timedelta(minutes=120)

    assert tend(space=room, now=latest - timedelta(minutes=1)) == latest
    assert tend(space=room, now=latest) is None
    assert states() == [WishState.OVER]


def test_what_is_too_far_away_is_offered_when_it_is_not_any_more(
    make_space, wait, tend, make_stay, owner_actor, now
) -> None:
    room = make_space(name="Vicina", horizon_days=2)
    window, first = make_stay(10, hours=24 * 5), make_stay(10, hours=24 * 3)
    block_space(room, period=first, actor=owner_actor)
    rest = Period(start=first.end, end=window.end)
    block = block_space(room, period=rest, actor=owner_actor)
    wait(space=room, window=window)
    lift_block(block, actor=owner_actor)

    assert tend(space=room) == now + timedelta(hours=1)
    assert states() == [WishState.WAITING]
    tend(space=room, now=now + timedelta(days=3))

    assert states() == [WishState.OFFERED]
    assert Hold.objects.latest("pk").starts_at >= first.end


@pytest.mark.parametrize(
    "change",
    [{"is_bookable": False}, {"archived_at": timezone.now()}, {"members_only": True}],
    ids=["not bookable", "archived", "members only"],
)
def test_nobody_is_offered_what_they_may_not_book_any_more(
    taken, wait, tend, free, owner_actor, now, change
) -> None:
    wish = wait()
    free()
    for name, value in change.items():
        setattr(taken.space, name, value)
    taken.space.save()
    wish = Wish.objects.select_related("space__location", "customer").get(pk=wish.pk)

    with pytest.raises(SpaceNotBookable):
        offer_wish(wish, actor=owner_actor, now=now)
    assert tend() is None

    assert states() == [WishState.OVER]
    assert not Hold.objects.exists()


def test_a_long_line_is_looked_at_to_its_end(
    taken, wait, tend, free, monkeypatch, space, make_stay, owner_actor
) -> None:
    """Those in front wait for another day, which stays taken."""
    monkeypatch.setattr("booking.services.tending.PAGE", 2)
    block_space(space, period=make_stay(10, day=5), actor=owner_actor)
    for who in ("anna", "bea", "carla"):
        wait(who, window=make_stay(10, day=5))
    wait("dora")
    free()

    again = tend()

    assert states() == [WishState.WAITING, WishState.WAITING, WishState.WAITING, WishState.OFFERED]
    assert again == Hold.objects.latest("pk").expires_at


def test_the_appointment_looks_again_when_a_hold_ends(
    agency, space, stay, wait, rival, now, owner_actor
) -> None:
    held = hold_space(space, stay=stay, booker=rival, actor=owner_actor, now=now)
    until = held.expires_at
    wait()
    due = DueWork.objects.get(kind=TEND_LIST)

    again = offer_what_came_free(key=due.key, agency_id=due.agency_id, at=now)
    with agency_scope(agency):
        expire(held)
    offer_what_came_free(key=due.key, agency_id=due.agency_id, at=now)

    assert again == until
    with agency_scope(agency):
        assert states() == [WishState.OFFERED]


def test_every_change_of_the_calendar_wakes_the_list(taken, wait, free) -> None:
    wait()
    DueWork.objects.filter(kind=TEND_LIST).delete()

    free()

    assert DueWork.objects.filter(kind=TEND_LIST, key=taken.space.public_id).exists()


def test_without_anybody_waiting_nothing_is_planned(taken, free) -> None:
    free()

    assert not DueWork.objects.filter(kind=TEND_LIST).exists()
