"""Under which terms people leave, and how much they keep from others before they pay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.bookers import Booker, booker_of
from booking.models import Claim, Reservation, Space
from booking.opening import Hours
from booking.selectors.reservations import count_left_outside
from booking.services.cancelling import StayBegan, cancel_reservation, find_refund
from booking.services.changing import NotMovable, PriceDiffers, PriceRises
from booking.services.claims import Outcome
from booking.services.holds import TooManyHolds, hold_space
from booking.services.moving import move_reservation
from booking.services.payments import request_reservation_payment
from booking.services.person_limits import TooManyReservations
from booking.services.reservations import (
    Visitor,
    book_space,
    confirm_reservation,
    expire_reservation,
)
from booking.services.space_hours import change_space_hours
from booking.services.spaces import archive_space, change_space
from booking.services.vouchers import create_voucher
from booking.states import PaymentRule, ReservationState
from tenants.billing.states import Decision

HOUR = timedelta(hours=1)
VISITOR = Visitor(name="Gino Bianchi", email="gino@trattoria.test")


@pytest.fixture
def hall(make_space):
    """A room that is paid first; a day before, everything comes back, then half of it."""
    return make_space(
        payment=PaymentRule.PREPAID,
        hourly_minor=2_000,
        free_cancel_hours=24,
        late_refund_percent=50,
    )


@pytest.fixture
def book(booker, contact_actor, now):
    def make(space, stay) -> Reservation:
        return book_space(
            space, stay=stay, booker=booker, visitor=VISITOR, actor=contact_actor, now=now
        )

    return make


@pytest.fixture
def paid(book, hall, make_stay, contact_actor):
    """A paid reservation in three days."""
    reservation = book(hall, make_stay(day=3))
    confirm_reservation(reservation, actor=contact_actor)
    reservation.refresh_from_db()
    return reservation


def test_terms_are_those_of_the_day_of_booking(paid, hall, owner_actor) -> None:
    change_space(hall, actor=owner_actor, free_cancel_hours=72, late_refund_percent=0)
    paid.refresh_from_db()

    assert (
        find_refund(paid, now=paid.starts_at - 25 * HOUR, charged_minor=2_000, left_minor=2_000)
        == 2_000
    )
    assert (
        find_refund(paid, now=paid.starts_at - 23 * HOUR, charged_minor=2_000, left_minor=2_000)
        == 1_000
    )


def test_moving_away_does_not_evade_the_terms(
    paid, make_stay, booker, contact_actor, owner_actor
) -> None:
    elsewhere, late = make_stay(day=9), paid.starts_at - 23 * HOUR

    with pytest.raises(NotMovable):
        move_reservation(paid, stay=elsewhere, booker=booker, actor=contact_actor, now=late)

    early = paid.starts_at - 25 * HOUR
    moved = move_reservation(paid, stay=elsewhere, booker=booker, actor=contact_actor, now=early)
    assert moved.starts_at == elsewhere.start


@pytest.mark.parametrize("payment", [PaymentRule.PREPAID, PaymentRule.PAY_LATER])
def test_what_began_is_cancelled_by_the_agency_only(
    payment, book, make_space, stay, contact_actor, owner_actor
) -> None:
    reservation = book(make_space(payment=payment, hourly_minor=2_000), stay)
    if payment == PaymentRule.PREPAID:
        confirm_reservation(reservation, actor=contact_actor)

    with pytest.raises(StayBegan):
        cancel_reservation(reservation, actor=contact_actor, now=stay.start)

    assert (
        cancel_reservation(reservation, actor=owner_actor, now=stay.start).state
        == ReservationState.CANCELLED
    )


def test_what_was_never_paid_can_be_given_up_late(book, hall, stay, contact_actor) -> None:
    reservation = book(hall, stay)

    cancel_reservation(reservation, actor=contact_actor, now=stay.start)

    assert Reservation.objects.get().state == ReservationState.CANCELLED


def test_a_move_into_a_room_with_a_price_is_paid(
    book, make_space, make_stay, stay, booker, contact_actor, now
) -> None:
    free, room = make_space(), make_space(payment=PaymentRule.PAY_LATER, hourly_minor=2_000)
    reservation = book(free, stay)

    move = {"booker": booker, "actor": contact_actor, "now": now}
    moved = move_reservation(reservation, stay=make_stay(12), space=room, **move)

    assert (moved.payment_rule, moved.total_minor) == (PaymentRule.PAY_LATER, 2_000)
    back = move_reservation(moved, stay=make_stay(14), space=free, **move)
    assert (back.payment_rule, back.total_minor) == (PaymentRule.FREE, 0)


def test_money_that_was_asked_for_is_asked_for_anew_after_a_move(
    book, make_space, make_stay, stay, booker, contact_actor, now
) -> None:
    room = make_space(payment=PaymentRule.PAY_LATER, hourly_minor=2_000)
    reservation = book(room, stay)
    asked = request_reservation_payment(reservation, actor=contact_actor, now=now)

    move_reservation(
        reservation, stay=make_stay(12, hours=2), booker=booker, actor=contact_actor, now=now
    )

    asked.refresh_from_db()
    assert asked.decision == Decision.RELEASE


def test_what_waits_for_money_counts_as_held(
    book, hall, make_stay, booker, contact_actor, now, settings
) -> None:
    settings.SPOTEX_HOLDS_PER_PERSON = 2
    book(hall, make_stay(9))
    reservation = book(hall, make_stay(10))

    with pytest.raises(TooManyHolds):
        book(hall, make_stay(11))
    with pytest.raises(TooManyHolds):
        hold_space(hall, stay=make_stay(11), booker=booker, actor=contact_actor, now=now)

    confirm_reservation(reservation, actor=contact_actor)
    assert book(hall, make_stay(11)).state == ReservationState.PENDING_PAYMENT


def test_a_hold_becomes_what_waits_for_money_at_the_limit(
    hall, make_stay, booker, contact_actor, now, settings
) -> None:
    settings.SPOTEX_HOLDS_PER_PERSON = 1
    stay = make_stay()
    hold = hold_space(hall, stay=stay, booker=booker, actor=contact_actor, now=now)

    reservation = book_space(
        hall, stay=stay, booker=booker, visitor=VISITOR, actor=contact_actor, now=now, hold=hold
    )

    assert reservation.state == ReservationState.PENDING_PAYMENT


def test_late_money_buys_no_time_that_is_over(book, hall, stay, contact_actor, now) -> None:
    reservation = book(hall, stay)
    Claim.objects.filter(pk=reservation.claim).update(valid=(now - 3 * HOUR, now - 2 * HOUR))
    # The pause for cleaning is still to come, the stay is over.
    Reservation.objects.filter(pk=reservation.pk).update(
        starts_at=now - 2 * HOUR, ends_at=now - HOUR
    )

    assert confirm_reservation(reservation, actor=contact_actor) == Outcome.LOST


def test_what_is_paid_later_stays_so_when_it_moves(
    hall, make_space, make_stay, stay, booker, contact_actor, owner_actor, now
) -> None:
    staff = booker_of(owner_actor)
    reservation = book_space(
        hall,
        stay=stay,
        booker=staff,
        visitor=VISITOR,
        actor=owner_actor,
        now=now,
        pays_later=True,
    )
    move = {"actor": contact_actor, "now": now}

    moved = move_reservation(reservation, stay=make_stay(12), booker=booker, **move)
    assert moved.payment_rule == PaymentRule.PAY_LATER

    other = make_space(payment=PaymentRule.PREPAID, hourly_minor=2_000)
    with pytest.raises(PriceDiffers):
        move_reservation(moved, stay=make_stay(13), booker=booker, space=other, **move)
    there = move_reservation(moved, stay=make_stay(13), booker=staff, space=other, **move)
    assert there.payment_rule == PaymentRule.PAY_LATER


def test_a_voucher_does_not_travel_where_it_does_not_count(
    book, make_space, make_stay, stay, booker, contact_actor, owner_actor, now
) -> None:
    desk = make_space(payment=PaymentRule.PAY_LATER, hourly_minor=500)
    hall = make_space(payment=PaymentRule.PAY_LATER, hourly_minor=9_000)
    create_voucher(actor=owner_actor, code="PROVA2030", percent=100, spaces=[desk])
    reservation = book_space(
        desk,
        stay=stay,
        booker=booker,
        visitor=VISITOR,
        actor=contact_actor,
        now=now,
        voucher="PROVA2030",
    )
    move = {"booker": booker, "actor": contact_actor, "now": now}

    with pytest.raises(PriceDiffers):
        move_reservation(reservation, stay=make_stay(12), space=hall, **move)
    assert move_reservation(reservation, stay=make_stay(12), **move).total_minor == 0


def test_a_guest_with_another_cookie_has_not_more(
    make_space, make_stay, contact_actor, now
) -> None:
    space, other = make_space(most_per_person=1), make_space()

    def book_as(key: str, stay, space=space) -> Reservation:
        guest = Booker(key=key, name="Rita", email="rita@rivale.test", is_guest=True)
        visitor = Visitor(name="Rita", email="Rita@Rivale.test")
        return book_space(
            space, stay=stay, booker=guest, visitor=visitor, actor=contact_actor, now=now
        )

    book_as("guest_one", make_stay(9))

    with pytest.raises(TooManyReservations):
        book_as("guest_two", make_stay(10))
    elsewhere = book_as("guest_two", make_stay(10), space=other)
    with pytest.raises(TooManyReservations):
        move_reservation(
            elsewhere,
            stay=make_stay(11),
            space=space,
            booker=Booker(key="guest_two", email="rita@rivale.test", is_guest=True),
            actor=contact_actor,
            now=now,
        )


def test_a_higher_price_is_agreed_to_before_anything_moves(
    book, make_space, make_stay, booker, contact_actor, now
) -> None:
    room = make_space(payment=PaymentRule.PAY_LATER, hourly_minor=1_000)
    reservation = book(room, make_stay(10))
    wish = {"booker": booker, "actor": contact_actor, "now": now}

    with pytest.raises(PriceRises) as refused:
        move_reservation(reservation, stay=make_stay(10, hours=3), most_minor=1_000, **wish)
    reservation.refresh_from_db()
    assert (reservation.total_minor, refused.value.price.total_minor) == (1_000, 3_000)

    moved = move_reservation(reservation, stay=make_stay(10, hours=3), most_minor=3_000, **wish)
    back = move_reservation(moved, stay=make_stay(12), most_minor=3_000, **wish)
    assert back.total_minor == 1_000


def test_what_lies_outside_of_new_hours_is_counted(
    book, space, make_space, make_stay, location, owner_actor, now
) -> None:
    other = make_space(name="Altra")
    for room, hour in ((space, 9), (space, 18), (other, 18)):
        book(room, make_stay(hour))

    def count(*spaces) -> int:
        fresh = Space.objects.select_related("location").filter(pk__in=[one.pk for one in spaces])
        return count_left_outside(fresh, now=now)

    assert count(space, other) == 0
    early = [Hours(weekday=day, opens=8 * 60, closes=12 * 60) for day in range(7)]
    change_space_hours(space, early, actor=owner_actor)
    assert (count(space), count(other), count(space, other)) == (1, 0, 1)


def test_late_money_buys_no_space_that_is_not_offered_any_more(
    book, hall, make_stay, owner_actor
) -> None:
    reservation = book(hall, make_stay(day=3))
    Claim.objects.update(valid=(reservation.created_at - HOUR, reservation.created_at))
    expire_reservation(reservation, actor=owner_actor)
    archive_space(hall, actor=owner_actor)
    reservation = Reservation.objects.select_related("space", "customer").get()

    assert confirm_reservation(reservation, actor=owner_actor) == Outcome.LOST
