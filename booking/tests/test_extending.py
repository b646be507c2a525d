"""Stays that run, and last longer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.bookers import booker_of
from booking.models import Claim, Reservation
from booking.rules import EndBeforeStart, OutsideHours, StayOffGrid, StayTooLong
from booking.services.arrivals import check_in
from booking.services.cancelling import cancel_reservation
from booking.services.extending import NotExtendable, can_extend, extend_stay, list_later_ends
from booking.services.holds import SlotTaken
from booking.services.payments import count_due, open_reservation_payment
from booking.services.requests import approve_request
from booking.services.reservations import Visitor, book_space
from booking.services.spaces import change_space
from booking.services.vouchers import create_voucher
from booking.states import PaymentRule, ReservationState
from booking.tests.paid import pay_for
from spotex.kernel.models import ActivityEntry
from spotex.kernel.versions import Stale
from tenants.billing.selectors import list_live_payments
from tenants.billing.states import Decision
from tenants.models import DueWork

HOUR = timedelta(hours=1)
VISITOR = Visitor(name="Gino", email="gino@trattoria.test")


@pytest.fixture
def book(space, booker, contact_actor, now):
    def make(stay, *, space=space, **more) -> Reservation:
        return book_space(
            space, stay=stay, booker=booker, visitor=VISITOR, actor=contact_actor, now=now, **more
        )

    return make


@pytest.fixture
def extend(booker, contact_actor):
    """Return ``extend(reservation)``: an hour more, asked for when it begins."""

    def make(reservation, *, hours: float = 1, booker=booker, at=None, **more) -> Reservation:
        return extend_stay(
            reservation,
            ends_at=reservation.ends_at + hours * HOUR,
            booker=booker,
            actor=contact_actor,
            now=at or reservation.starts_at,
            **more,
        )

    return make


def due_of(reservation: Reservation) -> int:
    return count_due(reservation, payments=list_live_payments(reservation.public_id))


def test_who_is_there_stays_longer(book, extend, stay, owner_actor, make_stay) -> None:
    reservation = check_in(book(stay), actor=owner_actor, now=stay.start)

    longer = extend(reservation)

    assert (longer.ends_at, longer.state) == (stay.end + HOUR, ReservationState.CHECKED_IN)
    claim = Claim.objects.get(pk=longer.claim)
    assert (claim.busy.lower, claim.busy.upper) == (stay.start, stay.end + HOUR)
    assert DueWork.objects.get(kind="booking.complete_reservation").due_at == longer.ends_at
    entry = ActivityEntry.objects.get(event="booking.reservation.extended")
    assert entry.details["ends_at"] == [stay.end.isoformat(), longer.ends_at.isoformat()]
    with pytest.raises(SlotTaken):
        book(make_stay(11))


def test_nobody_is_sent_away_for_it(book, extend, stay, make_stay) -> None:
    reservation = book(stay)
    book(make_stay(11))

    with pytest.raises(SlotTaken, match="comes after"):
        extend(reservation)

    reservation.refresh_from_db()
    assert reservation.ends_at == stay.end
    assert Claim.objects.get(pk=reservation.claim).valid.upper is None


@pytest.mark.parametrize("hours", [-1, 1])
def test_only_what_runs_is_extended(book, extend, stay, hours) -> None:
    at = stay.start - HOUR if hours < 0 else stay.end

    with pytest.raises(NotExtendable):
        extend(book(stay), at=at)


def test_what_was_called_off_is_not_extended(book, extend, stay, contact_actor, now) -> None:
    gone = cancel_reservation(book(stay), actor=contact_actor, now=now)

    with pytest.raises(NotExtendable):
        extend(gone)


@pytest.mark.parametrize(
    ("hours", "refusal"),
    [(0, EndBeforeStart), (-0.5, EndBeforeStart), (0.5, StayOffGrid), (8, StayTooLong)],
)
def test_the_rules_of_the_space_hold(book, extend, stay, hours, refusal) -> None:
    with pytest.raises(refusal):
        extend(book(stay), hours=hours)


def test_nobody_stays_when_it_is_closed(book, extend, make_stay) -> None:
    with pytest.raises(OutsideHours):
        extend(book(make_stay(19)))


def test_it_was_changed_meanwhile(book, extend, stay) -> None:
    with pytest.raises(Stale):
        extend(book(stay), version=1)


def test_what_it_costs_more_is_paid_later(
    book, extend, make_space, stay, contact_actor, now
) -> None:
    paid = make_space(payment=PaymentRule.PREPAID, hourly_minor=2_000, name="Sala oro")
    reservation = book(stay, space=paid)
    pay_for(reservation, actor=contact_actor, now=now)

    longer = extend(reservation)

    assert (longer.total_minor, due_of(longer)) == (4_000, 2_000)
    assert pay_for(longer, actor=contact_actor, now=now).amount_minor == 2_000
    assert due_of(longer) == 0


def test_an_open_payment_of_the_old_price_is_called_off(
    book, extend, make_space, stay, contact_actor, now
) -> None:
    later = make_space(payment=PaymentRule.PAY_LATER, hourly_minor=2_000, name="Sala dopo")
    reservation = book(stay, space=later)
    payment = open_reservation_payment(reservation, actor=contact_actor, now=now)[0]

    extend(reservation)

    payment.refresh_from_db()
    assert payment.decision == Decision.RELEASE


def test_a_price_never_falls_by_staying_longer(book, extend, make_space, stay, owner_actor) -> None:
    paid = make_space(payment=PaymentRule.PREPAID, hourly_minor=2_000, name="Sala oro")
    reservation = book(stay, space=paid)
    Reservation.objects.update(state=ReservationState.CONFIRMED)
    change_space(paid, actor=owner_actor, payment=PaymentRule.FREE)
    reservation.space.refresh_from_db()

    assert extend(reservation).total_minor == 2_000


def test_what_a_voucher_made_free_is_paid_later_then(
    book, extend, make_space, stay, owner_actor
) -> None:
    create_voucher(actor=owner_actor, code="DIECI", amount_minor=2_000)
    paid = make_space(payment=PaymentRule.PREPAID, hourly_minor=2_000, name="Sala oro")
    reservation = book(stay, space=paid, voucher="DIECI")

    longer = extend(reservation)

    assert (longer.payment_rule, longer.total_minor) == (PaymentRule.PAY_LATER, 2_000)


def test_who_needs_a_yes_does_not_stay_longer_by_themselves(
    book, extend, make_space, stay, owner_actor, booker, now
) -> None:
    hall = make_space(needs_approval=True, name="Sala grande")
    agreed = approve_request(book(stay, space=hall), actor=owner_actor, now=now)

    assert not can_extend(agreed, booker=booker, now=stay.start)
    with pytest.raises(NotExtendable):
        extend(agreed)
    assert extend(agreed, booker=booker_of(owner_actor)).ends_at == stay.end + HOUR


def test_who_sits_somewhere_keeps_the_seat(book, extend, make_space, stay) -> None:
    table = make_space(seats=2, capacity=2, name="Tavolo")
    first, second = book(stay, space=table), book(stay, space=table)
    Claim.objects.filter(pk=first.claim).delete()

    longer = extend(second)

    assert longer.seat == 1
    assert Claim.objects.get(pk=longer.claim).unit.lower == table.unit.seat(1).low


def test_who_sits_where_no_seat_is_any_more_keeps_it(
    book, extend, make_space, stay, owner_actor, booker
) -> None:
    table = make_space(seats=2, capacity=2, name="Tavolo")
    book(stay, space=table)
    second = book(stay, space=table)
    change_space(table, actor=owner_actor, seats=1)
    second = Reservation.objects.select_related("space__location").get(pk=second.pk)

    assert len(list_later_ends(second, booker=booker)) == 7
    longer = extend(second)

    assert Claim.objects.get(pk=longer.claim).unit.lower == table.unit.seat(1).low


def test_a_room_that_is_sold_by_seats_now_stays_theirs(
    book, extend, make_space, stay, owner_actor
) -> None:
    room = make_space(capacity=4, name="Sala")
    reservation = book(stay, space=room)
    change_space(room, actor=owner_actor, seats=4)
    reservation = Reservation.objects.select_related("space__location").get(pk=reservation.pk)

    longer = extend(reservation)

    unit = Claim.objects.get(pk=longer.claim).unit
    assert (unit.lower, unit.upper) == (room.unit.low, room.unit.high)


def test_nobody_is_missed_who_stays_longer(book, extend, make_space, stay) -> None:
    club = make_space(name="Club", patience_minutes=15)

    longer = extend(book(stay, space=club))

    kinds = DueWork.objects.filter(key=longer.public_id).values_list("kind", flat=True)
    assert "booking.stop_waiting" not in kinds


def test_late_a_share_of_what_was_paid_comes_back(
    book, extend, make_space, stay, owner_actor, contact_actor, now
) -> None:
    paid = make_space(
        payment=PaymentRule.PREPAID, hourly_minor=2_000, late_refund_percent=50, name="Sala oro"
    )
    reservation = book(stay, space=paid)
    pay_for(reservation, actor=contact_actor, now=now)
    longer = extend(reservation)

    late = longer.starts_at - HOUR
    cancelled = cancel_reservation(longer, actor=owner_actor, now=late)

    assert (cancelled.total_minor, cancelled.refund_minor) == (4_000, 1_000)


def test_what_is_possible_is_offered_with_its_price(book, make_space, make_stay, booker) -> None:
    paid = make_space(
        payment=PaymentRule.PAY_LATER,
        hourly_minor=2_000,
        buffer_minutes=30,
        max_minutes=240,
        name="Sala oro",
    )
    stay = make_stay(10)
    reservation, alone = book(stay, space=paid), book(make_stay(10, day=2), space=paid)
    book(make_stay(13), space=paid)

    assert list_later_ends(reservation, booker=booker) == [(stay.end + HOUR, 2_000)]
    assert [more for _end, more in list_later_ends(alone, booker=booker)] == [
        2_000,
        4_000,
        6_000,
    ]
