"""Reminders, and the time of those who did not come."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.due_handlers import remind_of_due_stay, stop_waiting_for_people
from booking.due_kinds import COMPLETE, REMIND, STOP_WAITING
from booking.models import Reservation
from booking.services.arrivals import check_in
from booking.services.cancelling import cancel_reservation
from booking.services.moving import move_reservation
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import SpaceRulesInvalid
from booking.states import ReservationState
from spotex.kernel.models import ActivityEntry
from tenants.models import DueWork

HOUR = timedelta(hours=1)


@pytest.fixture
def club(make_space):
    """A room whose people are reminded a day before, and given up after a quarter of an hour."""
    return make_space(name="Club", reminder_hours=24, patience_minutes=15)


@pytest.fixture
def book(club, booker, contact_actor, now):
    def make(stay, *, space=club) -> Reservation:
        return book_space(
            space,
            stay=stay,
            booker=booker,
            visitor=Visitor(name="Gino Bianchi", email="gino@trattoria.test"),
            actor=contact_actor,
            now=now,
        )

    return make


def appointments(reservation: Reservation) -> dict[str, object]:
    found = DueWork.objects.filter(key=reservation.public_id)
    return dict(found.values_list("kind", "due_at"))


def reminders(reservation: Reservation) -> int:
    found = ActivityEntry.objects.filter(event="booking.reservation.reminded")
    return found.filter(subject_public_id=reservation.public_id).count()


def test_a_stay_has_its_appointments(book, make_stay) -> None:
    stay = make_stay(day=5)

    assert appointments(book(stay)) == {
        REMIND: stay.start - 24 * HOUR,
        STOP_WAITING: stay.start + HOUR / 4,
        COMPLETE: stay.end,
    }


def test_a_space_without_both_has_neither(book, make_space, make_stay) -> None:
    plain = make_space(reminder_hours=0)

    assert list(appointments(book(make_stay(day=5), space=plain))) == [COMPLETE]


def test_people_are_reminded_once(book, make_stay, agency) -> None:
    reservation = book(make_stay(day=5))
    due = {"key": reservation.public_id, "agency_id": agency.pk}
    moment = reservation.starts_at - 24 * HOUR

    assert remind_of_due_stay(at=moment - HOUR, **due) == moment
    assert reminders(reservation) == 0

    # The rows are written with the moment of the database, which is before the reminder is due.
    assert remind_of_due_stay(at=moment, **due) is None
    assert reminders(reservation) == 1


def test_a_second_look_after_the_reminder_says_nothing(book, make_stay, agency) -> None:
    reservation = book(make_stay(day=5))
    due = {"key": reservation.public_id, "agency_id": agency.pk}
    moment = reservation.starts_at - 24 * HOUR
    remind_of_due_stay(at=moment, **due)
    Reservation.objects.filter(pk=reservation.pk).update(updated_at=moment)

    remind_of_due_stay(at=moment + HOUR, **due)

    assert reminders(reservation) == 1


@pytest.mark.parametrize("why", ["cancelled", "began", "booked late"])
def test_nobody_is_reminded_for_nothing(why, book, make_stay, agency, contact_actor, now) -> None:
    reservation = book(make_stay(day=5))
    moment = reservation.starts_at - 24 * HOUR
    at = {"began": reservation.starts_at}.get(why, moment)
    if why == "cancelled":
        cancel_reservation(reservation, actor=contact_actor, now=now)
    if why == "booked late":
        Reservation.objects.filter(pk=reservation.pk).update(updated_at=moment + HOUR)

    assert remind_of_due_stay(key=reservation.public_id, agency_id=agency.pk, at=at) is None
    assert reminders(reservation) == 0


def test_appointments_move_and_end_with_the_stay(
    book, make_stay, booker, contact_actor, now
) -> None:
    reservation, later = book(make_stay(day=5)), make_stay(12, day=6)

    move_reservation(reservation, stay=later, booker=booker, actor=contact_actor, now=now)
    assert appointments(reservation)[REMIND] == later.start - 24 * HOUR

    cancel_reservation(reservation, actor=contact_actor, now=now)
    assert appointments(reservation) == {}


def test_the_time_of_those_who_do_not_come_is_free(book, make_stay, agency, rival) -> None:
    stay = make_stay(day=5, hours=2)
    reservation = book(stay)
    due = {"key": reservation.public_id, "agency_id": agency.pk}

    assert stop_waiting_for_people(at=stay.start, **due) == stay.start + HOUR / 4
    assert stop_waiting_for_people(at=stay.start + HOUR / 4, **due) is None

    reservation.refresh_from_db()
    assert reservation.state == ReservationState.NO_SHOW
    assert book(stay).state == ReservationState.CONFIRMED


def test_who_came_into_a_stay_that_ran_is_not_missed_at_once(book, make_stay, agency) -> None:
    stay = make_stay(day=5, hours=2)
    reservation = book(stay)
    paid_at = stay.start + HOUR / 3  # late, and the space was still free
    Reservation.objects.filter(pk=reservation.pk).update(updated_at=paid_at)
    due = {"key": reservation.public_id, "agency_id": agency.pk}

    assert stop_waiting_for_people(at=stay.start + HOUR / 4, **due) == paid_at + HOUR / 4

    reservation.refresh_from_db()
    assert reservation.state == ReservationState.CONFIRMED


def test_who_came_keeps_the_time(book, make_stay, agency, owner_actor) -> None:
    stay = make_stay(day=5)
    reservation = check_in(book(stay), actor=owner_actor, now=stay.start)

    stop_waiting_for_people(key=reservation.public_id, agency_id=agency.pk, at=stay.end)

    reservation.refresh_from_db()
    assert reservation.state == ReservationState.CHECKED_IN


@pytest.mark.parametrize("rule", [{"reminder_hours": 745}, {"patience_minutes": 1_441}])
def test_terms_that_make_no_sense_are_refused(rule, make_space) -> None:
    with pytest.raises(SpaceRulesInvalid) as refused:
        make_space(**rule)
    assert refused.value.field == next(iter(rule))
