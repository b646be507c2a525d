"""The waiting list: who is asked, when, and in which order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from booking.access import access_wish
from booking.bookers import Booker
from booking.due_handlers import offer_what_came_free
from booking.due_kinds import TEND_LIST
from booking.guest_access import access_guest_wish
from booking.guest_links import read_wish, sign_reservation, sign_wish
from booking.hold_terms import hold_time, longest_hold, most_wishes, offer_time
from booking.models import Claim, Hold, Wish
from booking.periods import Period
from booking.rules import OutsideHours, StayOffGrid, StayTooFar, StayTooShort
from booking.selectors.waiting import find_booked, find_fit, find_position, list_wishes_for
from booking.services.blocks import block_space, lift_block
from booking.services.bookable import MembersOnly, SpaceNotBookable
from booking.services.cancelling import cancel_reservation
from booking.services.holds import SlotTaken, hold_space, release_hold
from booking.services.offers import close_offer
from booking.services.reservations import BookerUnknown, Visitor, book_space
from booking.services.tending import tend_waiting_list
from booking.services.waiting import (
    AlreadyOffered,
    StillFree,
    TooManyWishes,
    Wanted,
    WishInvalid,
    booker_of_wish,
    join_waiting_list,
    leave_waiting_list,
    offer_wish,
    require_wait,
)
from booking.states import WishState
from booking.tests.test_holds import expire
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing, NotAllowed
from spotex.kernel.machine import IllegalMove
from spotex.kernel.tenancy import agency_scope
from tenants.customers.states import CustomerState
from tenants.models import DueWork
from tenants.permissions import Permission

W = WishState


@pytest.fixture
def taken(space, stay, rival, owner_actor, now):
    """The reservation for which others wait."""
    visitor = Visitor(name="Rita Rivale", email="rita@rivale.test")
    return book_space(space, stay=stay, booker=rival, visitor=visitor, actor=owner_actor, now=now)


@pytest.fixture
def wait(space, stay, owner_actor, now):
    """Return ``wait("anna")``: somebody waits for the time that is taken."""

    def make(who: str = "anna", *, window=None, minutes=60, space=space, booker=None, **visitor):
        return join_waiting_list(
            space,
            wanted=Wanted(window=window or stay, minutes=minutes),
            booker=booker or Booker(key="", is_guest=True),
            visitor=Visitor(
                **{"name": who.title(), "email": f"{who.title()}@Wait.test ", **visitor}
            ),
            actor=owner_actor,
            now=now,
        )

    return make


@pytest.fixture
def tend(space, owner_actor, now):
    def make(*, space=space, now=now):
        return tend_waiting_list(space, actor=owner_actor, now=now)

    return make


@pytest.fixture
def free(taken, owner_actor, now):
    """Call the reservation off."""
    return lambda: cancel_reservation(taken, actor=owner_actor, now=now)


def states() -> list[str]:
    return list(Wish.objects.order_by("pk").values_list("state", flat=True))


def test_the_first_in_line_gets_a_hold_when_the_time_comes_free(
    taken, wait, tend, free, stay, rival, space, now
) -> None:
    first, second = wait("anna"), wait("bea")
    assert tend() is not None
    assert states() == [W.WAITING, W.WAITING]

    free()
    tend()

    assert states() == [W.OFFERED, W.WAITING]
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
    assert states() == [W.BOOKED]


def test_who_lets_an_offer_pass_makes_room_for_the_next(taken, wait, tend, free) -> None:
    wait("anna")
    wait("bea")
    free()
    tend()

    expire(Hold.objects.latest("pk"))
    tend()

    assert states() == [W.MISSED, W.OFFERED]


def test_who_gives_an_offer_back_makes_room_for_the_next(taken, wait, tend, free) -> None:
    first = wait("anna")
    wait("bea")
    free()
    tend()

    release_hold(Hold.objects.latest("pk"), booker=Booker(key=first.booker), actor=ANONYMOUS)
    tend()

    assert states() == [W.LEFT, W.OFFERED]


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

    assert states() == [W.OFFERED, W.WAITING]
    with pytest.raises(AlreadyOffered):
        offer_wish(second, actor=owner_actor, now=now)
    DueWork.objects.filter(kind=TEND_LIST).delete()
    first.refresh_from_db()
    leave_waiting_list(first, actor=owner_actor)
    due = DueWork.objects.get(kind=TEND_LIST, key=other.public_id)
    assert due.agency_id == agency.pk
    tend(space=other)
    assert states() == [W.LEFT, W.OFFERED]


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

    assert states() == [W.OFFERED, W.WAITING]


def test_who_is_faster_leaves_the_line_as_it_is(
    taken, wait, tend, free, monkeypatch, space, stay, rival, now
) -> None:
    """Somebody books between the look at what is free and the claim."""
    wait()
    free()
    hold_space(space, stay=stay, booker=rival, actor=ANONYMOUS, now=now)
    monkeypatch.setattr("booking.services.tending.find_offer", lambda _wish, **_: stay)

    again = tend()

    assert states() == [W.WAITING]
    assert again == Hold.objects.latest("pk").expires_at


def test_too_late_is_over(taken, wait, tend, stay) -> None:
    wait()

    assert tend(now=stay.start - timedelta(minutes=1)) == stay.start
    assert tend(now=stay.start) is None
    assert states() == [W.OVER]


@pytest.mark.parametrize(("minutes", "state"), [(130, W.WAITING), (140, W.OFFERED)])
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


def test_after_the_notice_it_is_too_late(make_space, wait, tend, stay, owner_actor) -> None:
    room = make_space(name="Preavviso", notice_minutes=120)
    block_space(room, period=stay, actor=owner_actor)
    wait(space=room)
    latest = stay.start - timedelta(minutes=120)

    assert tend(space=room, now=latest - timedelta(minutes=1)) == latest
    assert tend(space=room, now=latest) is None
    assert states() == [W.OVER]


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
    assert states() == [W.WAITING]
    tend(space=room, now=now + timedelta(days=3))

    assert states() == [W.OFFERED]
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

    assert states() == [W.OVER]
    assert not Hold.objects.exists()


def test_a_customer_that_is_archived_waits_no_longer(taken, wait, tend, free, customer) -> None:
    wait(customer=customer)
    free()
    customer.state = CustomerState.ARCHIVED
    customer.save()

    tend()

    assert states() == [W.OVER]


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

    assert states() == [W.WAITING, W.WAITING, W.WAITING, W.OFFERED]
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
        assert states() == [W.OFFERED]


def test_every_change_of_the_calendar_wakes_the_list(taken, wait, free) -> None:
    wait()
    DueWork.objects.filter(kind=TEND_LIST).delete()

    free()

    assert DueWork.objects.filter(kind=TEND_LIST, key=taken.space.public_id).exists()


def test_without_anybody_waiting_nothing_is_planned(taken, free) -> None:
    free()

    assert not DueWork.objects.filter(kind=TEND_LIST).exists()


def test_waiting_twice_for_the_same_is_waiting_once(taken, wait) -> None:
    assert wait("anna") == wait("ANNA")
    assert Wish.objects.count() == 1


def test_nobody_waits_for_everything(taken, wait, make_stay, settings) -> None:
    settings.SPOTEX_WISHES_PER_PERSON = 1
    wait()

    with pytest.raises(TooManyWishes, match="1 time"):
        wait(window=make_stay(9, hours=2), minutes=120)
    assert most_wishes() == 1


def test_what_is_free_is_booked_not_waited_for(space, wait) -> None:
    with pytest.raises(StillFree):
        wait()


@pytest.mark.parametrize(
    ("hour", "hours", "minutes", "reason"),
    [
        (10, 1, 120, WishInvalid),
        (10, 1, 0, WishInvalid),
        (10, 24 * 8, 60, WishInvalid),
        (-72, 1, 60, WishInvalid),
        (10, 2, 90, StayOffGrid),
        (10, 2, 30, StayTooShort),
        (21, 2, 60, OutsideHours),
        (24 * 100, 1, 60, StayTooFar),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(wait, make_stay, hour, hours, minutes, reason):
    with pytest.raises(reason):
        wait(window=make_stay(hour, hours=hours), minutes=minutes)


def test_staff_may_wait_for_what_is_far_away(space, wait, make_stay, owner_actor) -> None:
    far = make_stay(10, day=120)
    block_space(space, period=far, actor=owner_actor)

    assert wait(window=far, booker=Booker(key="user_x", is_staff=True)).booker == "user_x"


def test_who_may_not_book_does_not_wait(make_space, wait, customer) -> None:
    closed = make_space(name="Chiusa", is_bookable=False)
    inner = make_space(name="Soci", members_only=True)

    with pytest.raises(SpaceNotBookable):
        wait(space=closed)
    with pytest.raises(MembersOnly):
        wait(space=inner)
    with pytest.raises(BookerUnknown):
        wait(name=" ")


def test_leaving_frees_what_was_offered_and_is_done_once(
    taken, wait, tend, free, owner_actor
) -> None:
    wish = wait()
    free()
    tend()

    leave_waiting_list(wish, actor=owner_actor)
    again = leave_waiting_list(wish, actor=owner_actor)

    assert again.state == W.LEFT
    assert Hold.objects.latest("pk").end == "RELEASED"
    assert not Claim.objects.filter(
        pk=Hold.objects.latest("pk").claim, valid__contains=timezone.now() + timedelta(minutes=1)
    ).exists()


def test_leaving_waits_for_who_books_the_offer_in_this_moment(
    taken, wait, tend, free, owner_actor
) -> None:
    wish = wait()
    free()
    tend()

    with CaptureQueriesContext(connection) as queries:
        leave_waiting_list(wish, actor=owner_actor)

    asked = [one["sql"] for one in queries]
    first = next(
        sql for sql in asked if 'FROM "booking_hold"' in sql and "FOR NO KEY UPDATE" in sql
    )
    changed = [sql for sql in asked if 'UPDATE "booking_wish"' in sql or "booking_claim" in sql]
    assert asked.index(first) < min(asked.index(sql) for sql in changed)


def test_who_was_too_late_cannot_leave_any_more(taken, wait, tend, free, owner_actor) -> None:
    wish = wait()
    free()
    tend()
    expire(Hold.objects.latest("pk"))

    with pytest.raises(IllegalMove):
        leave_waiting_list(wish, actor=owner_actor)


def test_a_time_is_offered_by_hand_out_of_turn(taken, wait, free, owner_actor, now) -> None:
    wait("anna")
    second = wait("bea")
    with pytest.raises(SlotTaken):
        offer_wish(second, actor=owner_actor, now=now)
    free()

    offer_wish(second, actor=owner_actor, now=now)

    assert states() == [W.WAITING, W.OFFERED]
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


def test_people_see_the_wishes_of_their_company(
    taken, wait, customer, contact_actor, owner_actor, viewer_actor
) -> None:
    own, foreign = wait("anna", customer=customer), wait("bea")

    assert list(list_wishes_for(owner_actor)) == [own, foreign]
    assert list(list_wishes_for(contact_actor)) == [own]
    assert not list_wishes_for(ANONYMOUS)
    assert access_wish(contact_actor, own.public_id) == own
    with pytest.raises(Missing):
        access_wish(contact_actor, foreign.public_id)
    with pytest.raises(NotAllowed):
        access_wish(viewer_actor, own.public_id, permission=Permission.RESERVATION_MANAGE)


def test_a_signed_link_names_one_wish(taken, wait) -> None:
    wish = wait()

    assert access_guest_wish(sign_wish(wish.public_id)) == wish
    assert read_wish(sign_reservation(wish.public_id)) == ""
    with pytest.raises(Missing):
        access_guest_wish(wish.public_id)


def test_a_wish_keeps_the_clock_of_the_place_on_the_day_clocks_change(
    make_space, location, wait, owner_actor
) -> None:
    """On 28 March 2027 Rome skips from two to three: eight o'clock is six, not seven, in UTC."""
    location.time_zone = "Europe/Rome"
    location.hours_changed_at = timezone.now()
    location.save()
    room = make_space(name="Roma", horizon_days=0)
    window = Period(
        start=datetime(2027, 3, 28, 5, tzinfo=UTC), end=datetime(2027, 3, 28, 7, tzinfo=UTC)
    )
    at = datetime(2027, 3, 1, tzinfo=UTC)
    wish = Wish(space=room, starts_at=window.start, ends_at=window.end, minutes=60)

    found = find_fit(wish, now=at)

    assert found is not None
    assert found.start == datetime(2027, 3, 28, 6, tzinfo=UTC)


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


def test_what_cannot_be_waited_for_is_said_before_anybody_is_asked_who_they_are(
    taken, space, stay, make_stay, now
) -> None:
    guest = Booker(key="", is_guest=True)

    def ask(window) -> None:
        require_wait(space, wanted=Wanted(window=window, minutes=60), booker=guest, now=now)

    ask(stay)
    with pytest.raises(StillFree):
        ask(make_stay(15))
    with pytest.raises(WishInvalid):
        ask(make_stay(10, day=-1))
    space.members_only = True
    with pytest.raises(MembersOnly):
        ask(stay)
