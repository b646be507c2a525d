"""A hold that grows and shrinks while a person chooses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.access import access_hold
from booking.hold_terms import longest_hold
from booking.models import Claim, Hold
from booking.rules import OutsideHours
from booking.selectors.calendar import list_slots_of_day
from booking.selectors.free_time import find_next_starts
from booking.services.holds import (
    HoldExpired,
    SlotTaken,
    change_hold,
    extend_hold,
    hold_space,
    release_hold,
)
from booking.states import SlotState
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing


@pytest.fixture
def hold(space, stay, booker, contact_actor, now) -> Hold:
    return hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)


@pytest.fixture
def change(hold, booker, contact_actor, now):
    def make(stay, *, booker=booker, now=now) -> Hold:
        return change_hold(hold, stay=stay, booker=booker, actor=contact_actor, now=now)

    return make


def test_a_hold_grows_by_the_hour_next_to_it(change, hold, make_stay, rival, space, now) -> None:
    changed = change(make_stay(10, hours=2))

    assert changed.public_id == hold.public_id
    assert changed.ends_at == make_stay(11).end
    with pytest.raises(SlotTaken):
        hold_space(space, stay=make_stay(11), booker=rival, actor=ANONYMOUS, now=now)


def test_what_was_held_stays_when_more_is_not_free(
    change, hold, make_stay, stay, rival, space, now
) -> None:
    hold_space(space, stay=make_stay(11), booker=rival, actor=ANONYMOUS, now=now)

    with pytest.raises(SlotTaken):
        change(make_stay(10, hours=2))
    hold.refresh_from_db()
    assert (hold.starts_at, hold.ends_at) == (stay.start, stay.end)
    with pytest.raises(SlotTaken):
        hold_space(space, stay=stay, booker=rival, actor=ANONYMOUS, now=now)


def test_what_was_held_stays_when_a_rule_forbids_more(change, hold, make_stay) -> None:
    with pytest.raises(OutsideHours):
        change(make_stay(19, hours=2))
    assert Claim.objects.get(pk=hold.claim).valid.upper == hold.expires_at


def test_a_hold_is_not_kept_for_ever_by_changing_it(change, hold, make_stay, now) -> None:
    Hold.objects.update(created_at=now - longest_hold() + timedelta(minutes=2))

    changed = change(make_stay(10, hours=2))

    assert changed.expires_at <= now + timedelta(minutes=3)
    Hold.objects.update(created_at=now - longest_hold())
    with pytest.raises(HoldExpired):
        change(make_stay(10))


def test_extending_after_a_change_counts_from_the_first_moment(
    change, hold, make_stay, booker, contact_actor, now
) -> None:
    made = now - longest_hold() + timedelta(minutes=2)
    Hold.objects.update(created_at=made)
    changed = change(make_stay(10, hours=2))

    longer = extend_hold(changed, booker=booker, actor=contact_actor)

    assert longer.expires_at == made + longest_hold()


def test_a_hold_that_is_over_or_anothers_is_not_changed(
    change, hold, make_stay, booker, rival, contact_actor
) -> None:
    with pytest.raises(Missing):
        change(make_stay(11), booker=rival)
    release_hold(hold, booker=booker, actor=contact_actor)
    with pytest.raises(HoldExpired):
        change(make_stay(11))


def test_only_ones_own_holds_are_found(hold, booker, rival) -> None:
    assert access_hold(booker, hold.public_id) == hold
    with pytest.raises(Missing):
        access_hold(rival, hold.public_id)


def test_slots_can_be_seen_as_if_a_hold_were_not_there(space, hold, stay, now) -> None:
    def look(**options):
        slots = list_slots_of_day(space, stay.start.date(), booker="", now=now, **options)
        return next(slot.state for slot in slots if slot.stay == stay)

    assert look() == SlotState.HELD
    assert look(but={hold.public_id}) == SlotState.FREE


def test_the_next_free_time_of_several_spaces(
    make_space, space, booker, contact_actor, now, django_assert_num_queries
) -> None:
    closed = make_space(name="Mai", notice_minutes=60 * 24 * 60, horizon_days=0)
    others = [make_space(name=f"Sala {number}") for number in range(3)]

    find_next_starts(others, now=now)  # the hours are known from now on
    find_next_starts([space, closed], now=now)
    with django_assert_num_queries(1):
        found = find_next_starts([space, closed, *others], now=now)

    assert found[closed.pk] is None
    start = found[space.pk]
    assert start is not None
    assert timedelta(0) <= start - now < timedelta(hours=13)
    assert {found[other.pk] for other in others} == {start}
    assert find_next_starts([], now=now) == {}
