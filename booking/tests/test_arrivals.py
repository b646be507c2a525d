"""The day itself: who comes, who does not, and what was noted by mistake."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.models import Claim, Reservation
from booking.services.arrivals import (
    TooEarly,
    TooLate,
    check_in,
    is_timely,
    mark_missed,
    undo_check_in,
    undo_missed,
)
from booking.services.cancelling import cancel_reservation
from booking.services.holds import SlotTaken
from booking.services.reservations import Visitor, book_space
from booking.states import ReservationAction, ReservationState
from spotex.kernel.machine import IllegalMove
from spotex.kernel.models import ActivityEntry
from tenants.models import DueWork

S, A = ReservationState, ReservationAction
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
VISITOR = Visitor(name="Gino Bianchi", email="gino@trattoria.test")


@pytest.fixture
def book(space, booker, contact_actor, now):
    def make(stay, *, space=space, booker=booker) -> Reservation:
        return book_space(
            space, stay=stay, booker=booker, visitor=VISITOR, actor=contact_actor, now=now
        )

    return make


def test_people_come_once_and_cannot_cancel_then(book, stay, owner_actor) -> None:
    reservation = book(stay)

    check_in(reservation, actor=owner_actor, now=stay.start)
    came = check_in(reservation, actor=owner_actor, now=stay.start + MINUTE)

    assert (came.state, came.checked_in_at) == (S.CHECKED_IN, stay.start)
    with pytest.raises(IllegalMove):
        cancel_reservation(reservation, actor=owner_actor, now=stay.start)


def test_the_door_opens_an_hour_before(book, stay, owner_actor) -> None:
    reservation = book(stay)

    with pytest.raises(TooEarly) as refused:
        check_in(reservation, actor=owner_actor, now=stay.start - HOUR - MINUTE)
    came = check_in(reservation, actor=owner_actor, now=stay.start - HOUR)

    assert refused.value.code == "too_early"
    assert f"{stay.start - HOUR:%H:%M}" in refused.value.message
    assert came.state == S.CHECKED_IN


def test_nobody_comes_to_what_is_over(book, stay, owner_actor) -> None:
    reservation = book(stay)

    with pytest.raises(TooLate):
        check_in(reservation, actor=owner_actor, now=stay.end)

    assert Reservation.objects.get().state == S.CONFIRMED


def test_who_is_called_off_does_not_come(book, stay, owner_actor, now) -> None:
    reservation = cancel_reservation(book(stay), actor=owner_actor, now=now)

    with pytest.raises(IllegalMove):
        check_in(reservation, actor=owner_actor, now=now)


def test_who_did_not_come_leaves_the_rest_to_others(book, stay, owner_actor, now, rival) -> None:
    reservation = book(stay)

    with pytest.raises(TooEarly):
        mark_missed(reservation, actor=owner_actor, now=now)
    mark_missed(reservation, actor=owner_actor, now=stay.start + timedelta(minutes=15))

    assert book(stay, booker=rival)


def test_a_check_in_is_taken_back(book, stay, owner_actor) -> None:
    reservation = check_in(book(stay), actor=owner_actor, now=stay.start)
    DueWork.objects.all().delete()

    again = undo_check_in(reservation, actor=owner_actor, now=stay.start + MINUTE)

    assert (again.state, again.checked_in_at) == (S.CONFIRMED, None)
    assert DueWork.objects.get(kind="booking.complete_reservation").due_at == stay.end
    assert ActivityEntry.objects.filter(event="booking.reservation.check_in_undone").exists()
    with pytest.raises(IllegalMove):
        undo_check_in(again, actor=owner_actor, now=stay.start)


def test_who_comes_after_all_has_the_time_again(book, stay, owner_actor, rival) -> None:
    reservation = mark_missed(book(stay), actor=owner_actor, now=stay.start)

    again = undo_missed(reservation, actor=owner_actor, now=stay.start + MINUTE)

    assert again.state == S.CONFIRMED
    assert Claim.objects.get(pk=again.claim).valid.upper is None
    assert ActivityEntry.objects.filter(event="booking.reservation.no_show_undone").exists()
    with pytest.raises(SlotTaken):
        book(stay, booker=rival)


def test_what_was_given_to_others_is_not_taken_from_them(book, stay, owner_actor, rival) -> None:
    reservation = mark_missed(book(stay), actor=owner_actor, now=stay.start)
    book(stay, booker=rival)

    with pytest.raises(SlotTaken, match="Somebody else has the rest"):
        undo_missed(reservation, actor=owner_actor, now=stay.start)

    reservation.refresh_from_db()
    assert reservation.state == S.NO_SHOW


@pytest.mark.parametrize(("note", "undo"), [(check_in, undo_check_in), (mark_missed, undo_missed)])
def test_until_a_day_after_the_end_a_mistake_is_put_right(
    book, stay, owner_actor, note, undo
) -> None:
    reservation = note(book(stay), actor=owner_actor, now=stay.start)
    day = timedelta(days=1)

    with pytest.raises(TooLate):
        undo(reservation, actor=owner_actor, now=stay.end + day)
    again = undo(reservation, actor=owner_actor, now=stay.end + day - MINUTE)

    assert again.state == S.COMPLETED  # whoever was not marked as missing came


@pytest.mark.parametrize(
    ("action", "first", "last"),
    [
        (A.CHECK_IN, -HOUR, HOUR - MINUTE),
        (A.MISS, timedelta(0), timedelta(hours=25) - MINUTE),
        (A.UNDO_MISS, timedelta(0), timedelta(hours=25) - MINUTE),
    ],
)
def test_what_can_be_noted_is_offered_at_its_time(book, stay, action, first, last) -> None:
    reservation = book(stay)

    assert is_timely(action, reservation, now=stay.start + first)
    assert is_timely(action, reservation, now=stay.start + last)
    assert not is_timely(action, reservation, now=stay.start + last + MINUTE)
    assert is_timely(A.CANCEL, reservation, now=stay.start + last + MINUTE)


def test_who_is_expected_much_later_is_not_checked_in_by_a_click(book, stay) -> None:
    assert not is_timely(A.CHECK_IN, book(stay), now=stay.start - HOUR - MINUTE)
