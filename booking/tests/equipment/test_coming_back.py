"""Pieces of what is over come back, and are asked for again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.models import Reservation
from booking.services.arrivals import mark_missed
from booking.services.cancelling import cancel_reservation
from booking.services.claims import Outcome
from booking.services.equipment import change_equipment
from booking.services.equipment_uses import (
    EquipmentTaken,
)
from booking.services.holds import release_hold
from booking.services.pricing import PriceChanged
from booking.services.requests import AnswerTooLate, approve_request
from booking.services.reservations import (
    confirm_reservation,
    expire_reservation,
)
from booking.states import PaymentRule, ReservationState
from booking.tests.equipment.reading import left_of, some
from booking.tests.expired import expire, expire_payment, let_claim_end


@pytest.mark.parametrize("way", ["release", "expire"])
def test_with_the_hold_the_pieces_come_back(
    hold, item, booker, contact_actor, stay, later, way
) -> None:
    held = hold(equipment=some(item, 3))

    if way == "release":
        release_hold(held, booker=booker, actor=contact_actor)
    else:
        expire(held)

    assert left_of(item, stay) == 3
    assert hold(space=later, equipment=some(item, 3))


def test_what_is_cancelled_or_missed_or_not_paid_comes_back(
    book, item, later, owner_actor, stay, make_stay, rival, now
) -> None:
    paid_later = book(space=later, equipment=some(item))
    missed = book(space=later, stay=make_stay(11), equipment=some(item), booker=rival)
    unpaid = book(equipment=some(item))
    assert left_of(item, stay) == 1

    cancel_reservation(paid_later, actor=owner_actor, now=now)
    mark_missed(missed, actor=owner_actor, now=missed.starts_at)
    expire_payment(unpaid)

    assert left_of(item, stay) == 3
    assert left_of(item, make_stay(11)) == 3
    expire_reservation(unpaid, actor=owner_actor)
    assert left_of(item, stay) == 3


def test_after_the_hold_the_pieces_are_asked_again(hold, book, item, later, rival, stay) -> None:
    held = hold(equipment=some(item, 2))
    late = held.expires_at + timedelta(seconds=1)
    expire(held)
    hold(stay, booker=rival, space=later, equipment=some(item, 2))

    with pytest.raises(EquipmentTaken):
        book(held, now=late)


def test_after_the_hold_it_is_booked_at_the_same_price_only(
    hold, book, item, owner_actor, stay
) -> None:
    held = hold(equipment=some(item, 2))
    late = held.expires_at + timedelta(seconds=1)
    expire(held)
    change_equipment(item, actor=owner_actor, price_minor=2_000)
    with pytest.raises(PriceChanged):
        book(held, now=late)
    change_equipment(item, actor=owner_actor, price_minor=1_500)

    booked = book(held, now=late)

    assert (booked.total_minor, left_of(item, stay)) == (4_000, 1)


@pytest.mark.parametrize("is_taken", [True, False])
def test_late_money_is_kept_if_the_pieces_are_there(
    book, item, owner_actor, rival, stay, later, is_taken
) -> None:
    reservation = book(equipment=some(item, 2))
    expire_payment(reservation)
    book(space=later, booker=rival, equipment=some(item, 2 if is_taken else 1))

    outcome = confirm_reservation(reservation, actor=owner_actor)

    assert outcome == (Outcome.LOST if is_taken else Outcome.REVIVED)
    assert left_of(item, stay) == (1 if is_taken else 0)
    state = ReservationState.EXPIRED if is_taken else ReservationState.CONFIRMED
    reservation.refresh_from_db()
    assert reservation.state == state


def test_money_in_time_is_kept_although_pieces_broke(book, item, owner_actor) -> None:
    reservation = book(equipment=some(item, 3))
    change_equipment(item, actor=owner_actor, stock=0)

    assert confirm_reservation(reservation, actor=owner_actor) == Outcome.KEPT


@pytest.mark.parametrize("rule", [PaymentRule.FREE, PaymentRule.PREPAID])
def test_a_request_keeps_pieces_until_its_term_and_a_yes_for_good(
    book, item, make_space, owner_actor, stay, now, rule
) -> None:
    asked = make_space(name="Su richiesta", needs_approval=True, payment=rule, hourly_minor=500)
    request = book(space=asked, equipment=some(item, 2))
    assert (request.state, left_of(item, stay)) == (ReservationState.PENDING_APPROVAL, 1)

    approve_request(request, actor=owner_actor, now=now)

    assert left_of(item, stay) == 1


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_yes_that_comes_too_late_lends_nothing(
    book, item, make_space, later, owner_actor, rival, stay, now, is_taken
) -> None:
    asked = make_space(name="Su richiesta", needs_approval=True)
    request = book(space=asked, equipment=some(item, 2))
    let_claim_end(request)
    Reservation.objects.filter(pk=request.pk).update(answer_by=now - timedelta(hours=1))
    assert left_of(item, stay) == 3
    if is_taken:
        book(space=later, booker=rival, equipment=some(item, 2))

    with pytest.raises(AnswerTooLate):
        approve_request(request, actor=owner_actor, now=now)

    assert left_of(item, stay) == (1 if is_taken else 3)
