"""Holds: fifteen minutes for one person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from booking.hold_terms import most_holds
from booking.models import Claim, Hold
from booking.opening import Hours
from booking.periods import Period
from booking.rules import (
    OutsideHours,
    StayInPast,
    StayOffGrid,
    StayTooFar,
    StayTooLong,
    StayTooShort,
    StayTooSoon,
)
from booking.selectors.reservations import list_open_holds
from booking.services.bookable import MembersOnly, SpaceNotBookable
from booking.services.holds import (
    HoldExpired,
    SlotTaken,
    TooManyHolds,
    extend_hold,
    hold_space,
    release_hold,
)
from booking.services.locations import create_location
from booking.services.spaces import change_space
from booking.tests.expired import expire
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing


@pytest.fixture
def hold(space, booker, contact_actor, now):
    def make(stay, *, space=space, booker=booker) -> Hold:
        return hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)

    return make


def test_a_hold_keeps_others_out_for_fifteen_minutes(hold, stay, rival, now) -> None:
    mine = hold(stay)

    with pytest.raises(SlotTaken):
        hold(stay, booker=rival)
    assert timedelta(minutes=14) < mine.expires_at - now <= timedelta(minutes=16)
    assert list(list_open_holds(mine.booker)) == [mine]


def test_a_released_hold_is_free_at_once(hold, stay, booker, rival, contact_actor) -> None:
    mine = hold(stay)

    release_hold(mine, booker=booker, actor=contact_actor)
    release_hold(mine, booker=booker, actor=contact_actor)

    assert hold(stay, booker=rival)


def test_nobody_learns_of_or_ends_anothers_hold(hold, stay, rival) -> None:
    mine = hold(stay)

    with pytest.raises(Missing):
        release_hold(mine, booker=rival, actor=ANONYMOUS)
    with pytest.raises(Missing):
        extend_hold(mine, booker=rival, actor=ANONYMOUS)


def test_nobody_holds_more_than_one_may(hold, make_stay) -> None:
    for hour in range(most_holds()):
        hold(make_stay(9 + hour))

    with pytest.raises(TooManyHolds):
        hold(make_stay(15))


def test_expired_holds_do_not_count(hold, make_stay) -> None:
    for hour in range(most_holds()):
        expire(hold(make_stay(9 + hour)))

    assert hold(make_stay(9))


def test_an_expired_hold_is_not_extended(hold, stay, booker, contact_actor) -> None:
    mine = hold(stay)
    expire(mine)

    with pytest.raises(HoldExpired):
        extend_hold(mine, booker=booker, actor=contact_actor)


def test_a_hold_is_extended_while_it_lasts(hold, stay, booker, contact_actor) -> None:
    mine = hold(stay)

    longer = extend_hold(mine, booker=booker, actor=contact_actor)

    assert longer.expires_at > mine.expires_at


def test_the_pause_after_a_stay_is_kept(make_space, hold, make_stay, booker) -> None:
    room = make_space(name="Sala Verde", buffer_minutes=30, slot_minutes=30, min_minutes=30)
    hold(make_stay(10), space=room)

    with pytest.raises(SlotTaken):
        hold(make_stay(11), space=room)
    with pytest.raises(SlotTaken):
        hold(make_stay(9), space=room)
    assert hold(make_stay(11.5), space=room)


def test_places_are_sold_one_by_one(make_space, hold, stay, booker, rival) -> None:
    tables = make_space(name="Banco", capacity=2, seats=2)

    first, second = hold(stay, space=tables), hold(stay, space=tables, booker=rival)

    assert {first.seat, second.seat} == {0, 1}
    with pytest.raises(SlotTaken):
        hold(stay, space=tables)


@pytest.mark.parametrize(
    ("hour", "hours", "day", "reason"),
    [
        (10, 0.5, 1, StayTooShort),
        (10, 0.05, 1, StayTooShort),
        (8, 9, 1, StayTooLong),
        (10, 1.5, 1, StayOffGrid),
        (10.5, 1, 1, StayOffGrid),
        (10, 1, -1, StayInPast),
        (7, 1, 1, OutsideHours),
        (19, 2, 1, OutsideHours),
        (22, 1, 1, OutsideHours),
        (10, 1, 91, StayTooFar),
    ],
)
def test_stays_that_break_a_rule_are_refused(hold, make_stay, hour, hours, day, reason) -> None:
    with pytest.raises(reason):
        hold(make_stay(hour, hours=hours, day=day))
    assert not Hold.objects.exists()
    assert not Claim.objects.exists()


def test_notice_is_for_others_than_the_agencys_own(space, owner_actor, hold, stay, booker) -> None:
    noticed = change_space(space, actor=owner_actor, notice_minutes=7 * 24 * 60)

    with pytest.raises(StayTooSoon):
        hold(stay, space=noticed)
    staff = type(booker)(key=owner_actor.user_public_id, is_staff=True)
    assert hold(stay, space=noticed, booker=staff)


def test_rooms_for_members_are_not_for_guests(make_space, hold, stay, rival) -> None:
    with pytest.raises(MembersOnly):
        hold(stay, space=make_space(name="Club", members_only=True), booker=rival)


def test_a_space_that_is_only_a_frame_is_not_booked(make_space, hold, stay) -> None:
    with pytest.raises(SpaceNotBookable):
        hold(stay, space=make_space(name="Piano terra", is_bookable=False))


def test_the_hour_that_the_clocks_skip_is_closed(make_space, location, owner_actor, hold) -> None:
    """Open from two to three in Rome: in the night to 2027-03-28 there is no such hour."""
    night = create_location(
        actor=owner_actor,
        name="Notte",
        opening_hours=[Hours(weekday=6, opens=2 * 60, closes=3 * 60)],
    )
    room = make_space(location=night, horizon_days=0)
    start = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)

    with time_machine.travel(datetime(2027, 3, 1, tzinfo=UTC)), pytest.raises(OutsideHours):
        hold(Period(start=start, end=start + timedelta(hours=1)), space=room)
