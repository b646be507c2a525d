"""Reservations: from the booking to the end of the stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from booking.due_handlers import note_that_stay_is_over, note_that_term_is_over
from booking.models import Claim, Reservation
from booking.prices import PriceLine
from booking.services.cancelling import cancel_reservation
from booking.services.changing import NotMovable, PriceDiffers
from booking.services.claims import Outcome
from booking.services.holds import HoldExpired, SlotTaken, hold_space, release_hold
from booking.services.moving import move_reservation
from booking.services.person_limits import TooManyReservations
from booking.services.reservations import (
    BookerUnknown,
    NotesTooLong,
    Visitor,
    book_space,
    confirm_reservation,
)
from booking.states import ReservationState
from booking.tests.expired import expire, let_claim_end
from booking.tests.paid import pay_for
from spotex.kernel.errors import Missing
from spotex.kernel.machine import IllegalMove
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from spotex.kernel.versions import Stale, version_of
from tenants.customers.services.contacts import CustomerIsArchived
from tenants.customers.services.customers import archive_customer
from tenants.models import DueWork

S = ReservationState
PAID = {"payment": "PREPAID", "hourly_minor": 2_000, "name": "Sala Oro"}
VISITOR = Visitor(name="Gino Bianchi", email="Gino@Trattoria.test ")


@pytest.fixture
def paid_space(make_space):
    return make_space(**PAID, late_refund_percent=50)


@pytest.fixture
def book(space, booker, contact_actor, now):
    def make(stay, *, space=space, booker=booker, visitor=VISITOR, hold=None) -> Reservation:
        return book_space(
            space,
            stay=stay,
            booker=booker,
            visitor=visitor,
            actor=contact_actor,
            now=now,
            hold=hold,
        )

    return make


@pytest.fixture
def hold(space, booker, contact_actor, now):
    def make(stay, *, space=space, booker=booker):
        return hold_space(space, stay=stay, booker=booker, actor=contact_actor, now=now)

    return make


def events() -> list[str]:
    return list(
        ActivityEntry.objects.filter(event__startswith="booking.reservation")
        .order_by("pk")
        .values_list("event", flat=True)
    )


def test_what_costs_nothing_is_confirmed_at_once(book, stay) -> None:
    reservation = book(stay)

    assert reservation.state == S.CONFIRMED
    assert (reservation.total_minor, reservation.pay_by) == (0, None)
    assert (reservation.name, reservation.email) == ("Gino Bianchi", "gino@trattoria.test")
    assert len(reservation.code) == 8
    assert Claim.objects.get(pk=reservation.claim).valid.upper is None
    assert events() == ["booking.reservation.confirmed"]


def test_a_booked_time_is_gone(book, stay, rival) -> None:
    book(stay)

    with pytest.raises(SlotTaken):
        book(stay, booker=rival)


def test_a_hold_becomes_the_reservation(book, hold, stay) -> None:
    held = hold(stay)

    reservation = book(stay, hold=held)

    assert reservation.claim == held.claim
    assert Claim.objects.get().subject == reservation.public_id


def test_the_time_of_the_hold_counts_not_what_the_form_says(book, hold, stay, make_stay) -> None:
    assert book(make_stay(18), hold=hold(stay)).starts_at == stay.start


def test_nobody_books_on_anothers_hold(book, hold, stay, rival) -> None:
    held = hold(stay)

    with pytest.raises(Missing):
        book(stay, hold=held, booker=rival)


def test_a_hold_is_used_once(book, hold, stay, booker, contact_actor) -> None:
    held = hold(stay)
    book(stay, hold=held)

    with pytest.raises(HoldExpired):
        book(stay, hold=held)
    with pytest.raises(HoldExpired):
        release_hold(held, booker=booker, actor=contact_actor)


def test_a_released_hold_is_no_good(book, hold, stay, booker, contact_actor) -> None:
    held = hold(stay)
    release_hold(held, booker=booker, actor=contact_actor)

    with pytest.raises(HoldExpired):
        book(stay, hold=held)


@pytest.mark.parametrize("kind", ["free", "paid"])
def test_an_expired_hold_still_books_what_is_free(book, hold, stay, kind, make_space) -> None:
    room = make_space(**PAID) if kind == "paid" else make_space(name="Sala Libera")
    held = hold(stay, space=room)
    expire(held)

    reservation = book(stay, space=room, hold=held)

    assert reservation.state == (S.PENDING_PAYMENT if kind == "paid" else S.CONFIRMED)
    assert reservation.claim != held.claim


@pytest.mark.parametrize("kind", ["free", "paid"])
def test_an_expired_hold_loses_to_whoever_came(book, hold, stay, kind, make_space, rival) -> None:
    room = make_space(**PAID) if kind == "paid" else make_space(name="Sala Libera")
    held = hold(stay, space=room)
    expire(held)
    hold(stay, space=room, booker=rival)

    with pytest.raises((HoldExpired, SlotTaken)):
        book(stay, space=room, hold=held)


def test_what_is_paid_first_waits_for_the_money(book, paid_space, stay, now, rival) -> None:
    reservation = book(stay, space=paid_space)

    assert (reservation.state, reservation.total_minor, reservation.vat_minor) == (
        S.PENDING_PAYMENT,
        2_000,
        361,
    )
    assert timedelta(minutes=14) < reservation.pay_by - now <= timedelta(minutes=16)
    assert reservation.price.lines == (
        PriceLine(kind="HOUR", quantity=60, unit_minor=2_000, amount_minor=2_000),
    )
    with pytest.raises(SlotTaken):
        book(stay, space=paid_space, booker=rival)


def test_booking_a_paid_hold_gives_time_to_pay(book, hold, paid_space, stay) -> None:
    held = hold(stay, space=paid_space)

    assert book(stay, space=paid_space, hold=held).pay_by > held.expires_at


def test_money_in_time_confirms(book, paid_space, stay, contact_actor) -> None:
    reservation = book(stay, space=paid_space)

    assert confirm_reservation(reservation, actor=contact_actor) == Outcome.KEPT
    assert confirm_reservation(reservation, actor=contact_actor) == Outcome.KEPT

    reservation.refresh_from_db()
    assert reservation.state == S.CONFIRMED
    assert events() == ["booking.reservation.requested", "booking.reservation.confirmed"]
    kinds = DueWork.objects.filter(key=reservation.public_id).values_list("kind", flat=True)
    assert set(kinds) == {"booking.complete_reservation", "booking.remind_of_stay"}


@pytest.mark.parametrize("noticed", [False, True])
def test_late_money_is_honoured_while_the_space_is_free(
    book, paid_space, stay, contact_actor, agency, noticed, now
) -> None:
    reservation = book(stay, space=paid_space)
    let_claim_end(reservation)
    if noticed:
        note_that_term_is_over(key=reservation.public_id, agency_id=agency.pk, at=now)

    assert confirm_reservation(reservation, actor=contact_actor) == Outcome.REVIVED

    reservation.refresh_from_db()
    assert reservation.state == S.CONFIRMED
    assert Claim.objects.get(pk=reservation.claim).valid.upper is None


@pytest.mark.parametrize("noticed", [False, True])
def test_late_money_never_takes_a_space_from_somebody(
    book, hold, paid_space, stay, rival, contact_actor, agency, noticed, now
) -> None:
    reservation = book(stay, space=paid_space)
    let_claim_end(reservation)
    if noticed:
        note_that_term_is_over(key=reservation.public_id, agency_id=agency.pk, at=now)
    hold(stay, space=paid_space, booker=rival)

    assert confirm_reservation(reservation, actor=contact_actor) == Outcome.LOST

    reservation.refresh_from_db()
    assert reservation.state == S.EXPIRED


def test_a_cancelled_reservation_is_not_confirmed(book, paid_space, stay, contact_actor, now):
    reservation = book(stay, space=paid_space)
    cancel_reservation(reservation, actor=contact_actor, now=now)

    with pytest.raises(IllegalMove):
        confirm_reservation(reservation, actor=contact_actor)


def test_a_payment_in_time_is_not_expired_afterwards(
    book, paid_space, stay, contact_actor, agency, now
) -> None:
    reservation = book(stay, space=paid_space)
    confirm_reservation(reservation, actor=contact_actor)

    note_that_term_is_over(key=reservation.public_id, agency_id=agency.pk, at=now)

    reservation.refresh_from_db()
    assert reservation.state == S.CONFIRMED


@pytest.mark.parametrize(
    ("hours_before", "in_full", "back"), [(30, False, 2_000), (2, False, 1_000), (2, True, 2_000)]
)
def test_cancelling_frees_the_space_and_gives_money_back(
    book, paid_space, stay, contact_actor, owner_actor, rival, now, hours_before, in_full, back
) -> None:
    reservation = book(stay, space=paid_space)
    pay_for(reservation, actor=contact_actor, now=now)
    at = stay.start - timedelta(hours=hours_before)

    cancelled = cancel_reservation(
        reservation, actor=owner_actor, now=at, reason="Malattia", in_full=in_full
    )
    again = cancel_reservation(reservation, actor=contact_actor, now=at)

    assert (cancelled.state, cancelled.refund_minor) == (S.CANCELLED, back)
    assert again.refund_minor == back
    assert book(stay, space=paid_space, booker=rival)
    assert events().count("booking.reservation.cancelled") == 1


def test_nothing_comes_back_of_what_was_not_paid(book, make_space, stay, contact_actor, now):
    later = make_space(name="Sala Poi", payment="PAY_LATER", hourly_minor=2_000)
    reservation = book(stay, space=later)

    assert cancel_reservation(reservation, actor=contact_actor, now=now).refund_minor == 0


def test_a_stay_that_is_over_is_completed(book, stay, agency, now) -> None:
    reservation = book(stay)
    due = {"key": reservation.public_id, "agency_id": agency.pk}

    assert note_that_stay_is_over(**due, at=now) == stay.end
    assert note_that_stay_is_over(**due, at=stay.end) is None
    assert note_that_stay_is_over(**due, at=stay.end) is None

    with agency_scope(agency):
        reservation.refresh_from_db()
    assert reservation.state == S.COMPLETED


@pytest.mark.parametrize(
    ("visitor", "reason"),
    [
        (Visitor(name=" ", email="a@b.test"), BookerUnknown),
        (Visitor(name="Anna", email=" "), BookerUnknown),
        (replace(VISITOR, notes="x" * 1_001), NotesTooLong),
    ],
)
def test_bad_words_are_refused(book, stay, visitor, reason) -> None:
    with pytest.raises(reason):
        book(stay, visitor=visitor)


def test_archived_customers_book_nothing(book, stay, customer, owner_actor) -> None:
    archived = archive_customer(customer, actor=owner_actor)

    with pytest.raises(CustomerIsArchived):
        book(stay, visitor=replace(VISITOR, customer=archived))


def test_nobody_has_more_reservations_than_one_may(make_space, book, make_stay, rival) -> None:
    room = make_space(name="Sala Uno", most_per_person=1)
    book(make_stay(9), space=room)

    with pytest.raises(TooManyReservations):
        book(make_stay(12), space=room)
    rita = replace(VISITOR, email=rival.email)
    assert book(make_stay(12), space=room, booker=rival, visitor=rita)


def test_a_reservation_moves_and_frees_its_old_time(
    book, make_space, stay, make_stay, booker, contact_actor, now, rival
) -> None:
    other = make_space(name="Sala Rossa")
    reservation = book(stay)
    seen = version_of(reservation)
    ask = {"booker": booker, "actor": contact_actor, "now": now}

    moved = move_reservation(reservation, stay=make_stay(15), space=other, version=seen, **ask)

    assert (moved.starts_at, moved.space) == (make_stay(15).start, other)
    assert book(stay, booker=rival)
    with pytest.raises(Stale):
        move_reservation(reservation, stay=make_stay(16), version=seen, **ask)


def test_a_move_onto_itself_is_possible(book, space, make_stay, booker, contact_actor, now) -> None:
    reservation = book(make_stay(10, hours=2))

    moved = move_reservation(
        reservation, stay=make_stay(11, hours=2), booker=booker, actor=contact_actor, now=now
    )

    assert moved.starts_at == make_stay(11).start


def test_a_move_that_fails_changes_nothing(
    book, make_stay, stay, booker, contact_actor, now, rival
) -> None:
    reservation = book(stay)
    book(make_stay(15), booker=rival)

    with pytest.raises(SlotTaken):
        move_reservation(
            reservation, stay=make_stay(15), booker=booker, actor=contact_actor, now=now
        )
    with pytest.raises(SlotTaken):
        book(stay, booker=rival)


def test_what_began_or_waits_for_money_is_not_moved(
    book, paid_space, stay, make_stay, booker, contact_actor, now
) -> None:
    ask = {"stay": make_stay(15), "booker": booker, "actor": contact_actor}

    with pytest.raises(NotMovable):
        move_reservation(book(stay, space=paid_space), now=now, **ask)
    with pytest.raises(NotMovable):
        move_reservation(book(stay), now=stay.start, **ask)


def test_what_is_paid_moves_at_the_same_price_only(
    book, paid_space, make_stay, booker, contact_actor, now
) -> None:
    reservation = book(make_stay(day=3), space=paid_space)
    confirm_reservation(reservation, actor=contact_actor)
    ask = {"booker": booker, "actor": contact_actor, "now": now}

    with pytest.raises(PriceDiffers):
        move_reservation(reservation, stay=make_stay(15, hours=2, day=3), **ask)
    assert move_reservation(reservation, stay=make_stay(15, day=3), **ask).state == S.CONFIRMED
