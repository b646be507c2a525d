"""What can be waited for, by whom, and who sees it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from booking.access import access_wish
from booking.bookers import Booker
from booking.guest_access import access_guest_wish
from booking.guest_links import read_wish, sign_reservation, sign_wish
from booking.hold_terms import most_wishes
from booking.models import Wish
from booking.periods import Period
from booking.rules import OutsideHours, StayOffGrid, StayTooFar, StayTooShort
from booking.selectors.waiting import find_fit, list_wishes_for
from booking.services.blocks import block_space
from booking.services.bookable import MembersOnly, SpaceNotBookable
from booking.services.reservations import BookerUnknown
from booking.services.waiting import (
    StillFree,
    TooManyWishes,
    Wanted,
    WishInvalid,
    require_wait,
)
from spotex.kernel.actor import ANONYMOUS
from spotex.kernel.errors import Missing, NotAllowed
from tenants.permissions import Permission


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
