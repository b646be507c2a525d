"""What is busy elsewhere is busy here: changed, shared, partly covered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.models import OutsideEvent
from booking.periods import Period, merge
from booking.selectors.calendar import list_occupied
from booking.services.blocks import block_space, lift_block
from booking.services.holds import SlotTaken, hold_space
from booking.services.outside import (
    add_outside_file,
)
from booking.states import ClaimKind, OutsideState
from booking.tests.outside.calendars import busy, states, write
from spotex.kernel.models import ActivityEntry


def test_what_is_busy_elsewhere_cannot_be_booked(
    follow, space, make_stay, booker, contact_actor, now
) -> None:
    stay = make_stay(10)
    follow(stay)

    assert busy(space, stay) == [(ClaimKind.EXTERNAL, stay.start, stay.end)]
    with pytest.raises(SlotTaken):
        hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)
    assert ActivityEntry.objects.filter(event="booking.outside.changed").count() == 1


def test_changes_and_disappearances_are_followed(follow, space, make_stay) -> None:
    day = make_stay(8, hours=12)
    follow(make_stay(10), make_stay(14))
    follow(make_stay(11))

    assert busy(space, day) == [("EXTERNAL", make_stay(11).start, make_stay(11).end)]
    assert sorted(states()) == ["BUSY", "GONE", "GONE"]
    follow()
    assert busy(space, day) == []


def test_reading_the_same_again_changes_nothing(follow, make_stay) -> None:
    follow(make_stay(10), titles=["Gita"])
    first = OutsideEvent.objects.get()

    follow(make_stay(10), titles=["Festa"])

    event = OutsideEvent.objects.get()
    assert (event.pk, event.title) == (first.pk, "Festa")
    assert ActivityEntry.objects.filter(event="booking.outside.changed").count() == 1


@pytest.mark.parametrize("is_whole_first", [True, False])
def test_a_part_that_is_busy_elsewhere_leaves_the_rest_of_the_whole_to_it(
    make_space, make_stay, owner_actor, now, is_whole_first
) -> None:
    hall = make_space(name="Salone")
    parts = [make_space(name=f"Sala {number}", parent=hall) for number in range(3)]
    long, short = make_stay(10, hours=3), make_stay(11)
    said = [(hall, long), (parts[1], short)]

    for space, stay in said if is_whole_first else reversed(said):
        add_outside_file(space, actor=owner_actor, name="File", content=write(stay), at=now)

    assert states() == [OutsideState.BUSY, OutsideState.BUSY]
    for part in parts:
        found = merge(one.busy for one in list_occupied(part, long))
        assert list(found) == [Period(start=long.start, end=long.end)]


def test_a_part_that_is_blocked_leaves_the_rest_of_the_whole_to_the_event(
    make_space, make_stay, owner_actor, booker, contact_actor, now
) -> None:
    hall = make_space(name="Salone")
    blocked, other = (make_space(name=name, parent=hall) for name in ("Sala 1", "Sala 2"))
    block_space(blocked, period=make_stay(10), actor=owner_actor)

    add_outside_file(hall, actor=owner_actor, name="File", content=write(make_stay(10)), at=now)

    assert states() == [OutsideState.BUSY]
    with pytest.raises(SlotTaken):
        hold_space(other, stay=make_stay(10), booker=booker, actor=contact_actor, now=now)


def test_two_calendars_share_a_time_and_neither_frees_the_others(
    follow, calendar, space, make_stay, owner_actor, now
) -> None:
    early, late = make_stay(10, hours=2), make_stay(11, hours=2)
    follow(early)
    other = add_outside_file(space, actor=owner_actor, name="File", content=write(late), at=now)
    whole = make_stay(8, hours=12)

    assert busy(space, whole) == [
        ("EXTERNAL", early.start, early.end),
        ("EXTERNAL", early.end, late.end),
    ]
    follow()
    assert busy(space, whole) == [("EXTERNAL", late.start, late.end)]
    assert other.events.get().is_partial is False


def test_an_event_under_a_block_becomes_whole_when_it_is_lifted(
    follow, space, make_stay, owner_actor
) -> None:
    block = block_space(space, period=make_stay(10), actor=owner_actor)
    follow(make_stay(10))
    assert [(one.state, one.is_partial) for one in OutsideEvent.objects.all()] == [("BUSY", True)]

    lift_block(block, actor=owner_actor)

    assert busy(space, make_stay(10)) == [("EXTERNAL", make_stay(10).start, make_stay(10).end)]


def test_an_event_that_runs_keeps_only_the_rest_of_its_time_busy(
    follow, space, now, make_stay
) -> None:
    running = make_stay(0, hours=48, day=-1)
    follow(running)

    found = busy(space, running)
    assert [one[0] for one in found] == ["EXTERNAL"]
    assert found[0][1] >= now.replace(microsecond=0)


def test_an_event_that_is_over_leaves_its_key(follow, make_stay, now) -> None:
    follow(make_stay(10))
    OutsideEvent.objects.update(
        starts_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1)
    )

    follow(make_stay(10))

    assert sorted(states()) == [OutsideState.BUSY, OutsideState.GONE]


def test_a_part_of_a_space_is_busy_with_the_whole(make_space, owner_actor, now, make_stay) -> None:
    hall = make_space(name="Salone")
    part = make_space(name="Angolo", parent=hall)

    add_outside_file(hall, actor=owner_actor, name="File", content=write(make_stay(10)), at=now)

    assert busy(part, make_stay(10)) == [("EXTERNAL", make_stay(10).start, make_stay(10).end)]
