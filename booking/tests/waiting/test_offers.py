"""Who is offered what came free, in which order, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.bookers import Booker
from booking.due_kinds import TEND_LIST
from booking.hold_terms import hold_time, longest_hold, offer_time
from booking.models import Claim, Hold
from booking.periods import Period
from booking.selectors.waiting import find_booked, find_fit, find_position
from booking.services.blocks import block_space, lift_block
from booking.services.holds import SlotTaken, hold_space, release_hold
from booking.services.offers import close_offer
from booking.services.reservations import Visitor, book_space
from booking.services.tending import tend_waiting_list
from booking.services.waiting import (
    AlreadyOffered,
    booker_of_wish,
    leave_waiting_list,
    offer_wish,
)
from booking.states import WishState
from booking.tests.waiting.line import states
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.machine import IllegalMove
from tenants.models import DueWork


def test_the_first_in_line_gets_a_hold_when_the_time_comes_free(
    taken, wait, tend, free, stay, rival, space, now
) -> None:
    first, second = wait("anna"), wait("bea")
    assert tend() is not None
    assert states() == [WishState.WAITING, WishState.WAITING]

    free()
    tend()

    assert states() == [WishState.OFFERED, WishState.WAITING]
    first.refresh_from_db()
    hold = first.hold
    assert hold is not None
    assert (hold.starts_at, hold.ends_at) == (stay.start, stay.end)
    assert hold.booker == first.booker == first.public_id
    assert Claim.objects.get(pk=hold.claim).valid.upper == hold.expires_at
    assert (find_position(first), find_position(second)) == (1, 2)
    with pytest.raises(SlotTaken):
        hold_space(space, stay=stay, booker=rival, actor=ANONYMOUS, now=now)


def test_an_offer_lasts_longer_than_a_hold_and_leaves_time_to_pay(settings) -> None:
    assert hold_time() < offer_time() <= longest_hold() - hold_time()
    settings.SPOTEX_LONGEST_HOLD_SECONDS = 1.0
    assert offer_time() == hold_time()


def test_who_takes_the_offer_is_off_the_list(taken, wait, tend, free, stay, space, now) -> None:
    wish = wait()
    free()
    tend()
    wish.refresh_from_db()

    made = book_space(
        space,
        stay=stay,
        booker=Booker(key=wish.booker, is_guest=True),
        visitor=Visitor(name="Anna", email="anna@wait.test"),
        actor=ANONYMOUS,
        now=now,
        hold=wish.hold,
    )

    assert (made.starts_at, made.state) == (stay.start, "CONFIRMED")
    assert tend() is None
    assert states() == [WishState.BOOKED]


def test_nobody_is_offered_two_times_at_once(
    taken, wait, tend, free, make_space, make_stay, owner_actor, now, agency
) -> None:
    other = make_space(name="Sala Verde")
    closed = block_space(other, period=make_stay(10), actor=owner_actor)
    first, second = wait(), wait(space=other)
    free()
    tend()
    lift_block(closed, actor=owner_actor)

    tend(space=other)

    assert states() == [WishState.OFFERED, WishState.WAITING]
    with pytest.raises(AlreadyOffered):
        offer_wish(second, actor=owner_actor, now=now)
    DueWork.objects.filter(kind=TEND_LIST).delete()
    first.refresh_from_db()
    leave_waiting_list(first, actor=owner_actor)
    due = DueWork.objects.get(kind=TEND_LIST, key=other.public_id)
    assert due.agency_id == agency.pk
    tend(space=other)
    assert states() == [WishState.LEFT, WishState.OFFERED]


def test_a_wish_of_any_time_of_the_day_gets_what_fits(
    taken, wait, tend, space, stay, make_stay, owner_actor, now
) -> None:
    """Nine to noon is taken, but for half of what somebody needs; then eleven o'clock comes."""
    for hour in (9, 11):
        block_space(space, period=make_stay(hour), actor=owner_actor)
    late = block_space(space, period=make_stay(12), actor=owner_actor)
    wish = wait(window=make_stay(9, hours=4), minutes=60)
    assert find_fit(wish, now=now) is None

    lift_block(late, actor=owner_actor)
    tend()

    wish.refresh_from_db()
    assert (wish.hold.starts_at, wish.hold.ends_at) == (make_stay(12).start, make_stay(12).end)


def test_the_order_counts_across_a_hall_and_its_rooms(
    make_space, wait, make_stay, owner_actor, now
) -> None:
    hall = make_space(name="Aula", kind="EVENT_HALL")
    room = make_space(name="Aula A", parent=hall)
    block = block_space(room, period=make_stay(10), actor=owner_actor)
    wait("anna", space=hall)
    wait("bea", space=room)

    lift_block(block, actor=owner_actor)
    tend_waiting_list(room, actor=owner_actor, now=now)

    assert states() == [WishState.OFFERED, WishState.WAITING]


def test_who_is_faster_leaves_the_line_as_it_is(
    taken, wait, tend, free, monkeypatch, space, stay, rival, now
) -> None:
    """Somebody books between the look at what is free and the claim."""
    wait()
    free()
    hold_space(space, stay=stay, booker=rival, actor=ANONYMOUS, now=now)
    monkeypatch.setattr("booking.services.tending.find_offer", lambda _wish, **_: stay)

    again = tend()

    assert states() == [WishState.WAITING]
    assert again == Hold.objects.latest("pk").expires_at


@pytest.mark.parametrize(("minutes", "state"), [(130, WishState.WAITING), (140, WishState.OFFERED)])
def test_an_offer_can_be_booked_as_long_as_it_lasts(
    make_space, wait, tend, stay, owner_actor, now, minutes, state
) -> None:
    """Two hours before is the latest: nobody is offered what only a moment is left for."""
    room = make_space(name="Preavviso", notice_minutes=120)
    block = block_space(room, period=stay, actor=owner_actor)
    wait(space=room)
    lift_block(block, actor=owner_actor)

    tend(space=room, now=stay.start - timedelta(minutes=minutes))

    assert states() == [state]
    for hold in Hold.objects.all():
        valid = Claim.objects.get(pk=hold.claim).valid
        assert valid.upper - valid.lower == timedelta(minutes=20)


def test_a_time_is_offered_by_hand_out_of_turn(taken, wait, free, owner_actor, now) -> None:
    wait("anna")
    second = wait("bea")
    with pytest.raises(SlotTaken):
        offer_wish(second, actor=owner_actor, now=now)
    free()

    offer_wish(second, actor=owner_actor, now=now)

    assert states() == [WishState.WAITING, WishState.OFFERED]
    with pytest.raises(IllegalMove):
        offer_wish(second, actor=owner_actor, now=now)


def test_an_offer_of_a_space_with_seats_is_a_seat(
    make_space, wait, stay, rival, owner_actor, now
) -> None:
    desks = make_space(name="Banchi", capacity=2, seats=2)
    held = [
        hold_space(desks, stay=stay, booker=replace(rival, key=key), actor=ANONYMOUS, now=now)
        for key in ("guest_a", "guest_b")
    ]
    wish = wait(space=desks)

    release_hold(held[1], booker=replace(rival, key="guest_b"), actor=ANONYMOUS)
    tend_waiting_list(desks, actor=owner_actor, now=now)

    wish.refresh_from_db()
    assert wish.hold.seat == 1


def test_who_takes_an_offer_keeps_the_time_that_was_promised(
    taken, wait, tend, free, space, booker, owner_actor, now, make_space
) -> None:
    """The offer lasts half an hour, what waits for money a quarter: it is not made shorter."""
    space.payment, space.hourly_minor = "PREPAID", 1_000
    space.save()
    wish = wait()
    free()
    tend()
    wish.refresh_from_db()
    hold = wish.hold

    made = book_space(
        space,
        stay=Period(start=hold.starts_at, end=hold.ends_at),
        booker=booker_of_wish(wish),
        visitor=Visitor(name="Anna", email=wish.email),
        actor=owner_actor,
        now=now,
        hold=hold,
    )

    assert made.pay_by == hold.expires_at
    assert made.pay_by > now + hold_time()
    wish.refresh_from_db()
    close_offer(wish, actor=owner_actor)
    assert find_booked(wish) == made
