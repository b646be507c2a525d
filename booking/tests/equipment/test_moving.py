"""Equipment of stays that move, become longer or repeat."""

from __future__ import annotations

import pytest

from booking.conftest import WEEK
from booking.models import Reservation
from booking.price_parts import sum_equipment
from booking.recurrence import Pattern
from booking.services.arrivals import mark_missed, undo_missed
from booking.services.cancelling import cancel_reservation
from booking.services.changing import NotMovable
from booking.services.equipment_uses import (
    EquipmentTaken,
    EquipmentUnknown,
)
from booking.services.extending import extend_stay
from booking.services.locations import create_location
from booking.services.series import SeriesPlan, book_series
from booking.services.spaces import change_space, create_space
from booking.states import EquipmentPricing, Frequency, PaymentRule, ReservationState, Verdict
from booking.tests.equipment.reading import GUEST, left_of, lines_of, some


def test_moving_takes_the_pieces_along(book, move, item, later, make_stay, stay) -> None:
    reservation = book(space=later, equipment=some(item, 2))

    moved = move(reservation, make_stay(14, hours=2))

    assert (moved.total_minor, left_of(item, stay), left_of(item, make_stay(15))) == (7_000, 3, 1)


def test_other_equipment_asks_nobody_to_change_seats(
    book, move, item, make_space, rival, contact_actor, stay, now
) -> None:
    table = make_space(name="Tavolo", seats=2, capacity=2)
    first, second = book(space=table, booker=rival), book(space=table)
    cancel_reservation(first, actor=contact_actor, now=now)

    changed = move(second, stay, equipment=some(item))

    assert (changed.seat, changed.claim) == (1, second.claim)


def test_what_was_agreed_to_keeps_its_equipment(book, move, item, later, owner_actor, stay) -> None:
    reservation = book(space=later)
    change_space(later, actor=owner_actor, needs_approval=True)
    reservation = Reservation.objects.select_related("space__location", "customer").get()

    with pytest.raises(NotMovable, match="agreed"):
        move(reservation, stay, equipment=some(item))

    assert left_of(item, stay) == 3


def test_who_came_after_all_finds_the_pieces_lent(
    book, item, later, make_space, owner_actor, rival, stay
) -> None:
    reservation = book(space=make_space(name="Terza"), equipment=some(item))
    mark_missed(reservation, actor=owner_actor, now=stay.start)
    book(space=later, booker=rival, equipment=some(item, 3))

    with pytest.raises(EquipmentTaken):
        undo_missed(reservation, actor=owner_actor, now=stay.start)

    reservation.refresh_from_db()
    assert (reservation.state, left_of(item, stay)) == (ReservationState.NO_SHOW, 0)


def test_nothing_moves_where_the_pieces_are_lent(
    book, move, item, later, make_space, make_stay, rival, stay
) -> None:
    reservation = book(space=later, equipment=some(item, 2))
    other = make_space(name="Terza")
    book(space=other, stay=make_stay(14), booker=rival, equipment=some(item, 2))

    with pytest.raises(EquipmentTaken):
        move(reservation, make_stay(14))

    reservation.refresh_from_db()
    assert reservation.starts_at == stay.start


def test_nothing_moves_into_a_house_that_does_not_lend_it(
    book, move, item, later, owner_actor, make_stay
) -> None:
    house = create_location(
        actor=owner_actor,
        name="Altrove",
        time_zone="Etc/UTC",
        opening_hours=WEEK,
        keeps_holidays=False,
    )
    far = create_space(actor=owner_actor, location=house, name="Lontana")
    reservation = book(space=later, equipment=some(item))

    with pytest.raises(EquipmentUnknown):
        move(reservation, make_stay(14), space=far)


def test_other_equipment_without_another_time(book, move, item, make, later, stay, now) -> None:
    coffee = make("Caffè", stock=None, price_minor=200)
    reservation = book(space=later, equipment=some(item, 2))

    changed = move(reservation, stay, equipment=some(coffee, 4))

    assert (changed.total_minor, left_of(item, stay)) == (2_800, 3)
    assert lines_of(changed)[1:] == [("Caffè", 4, 800)]
    assert move(changed, stay).updated_at == changed.updated_at
    assert move(changed, stay, equipment=[]).total_minor == 2_000


def test_what_is_lent_in_a_space_that_is_free_is_paid_later(
    book, move, item, make_space, stay
) -> None:
    free = make_space(name="Libera")

    booked = book(space=free, equipment=some(item))

    assert (booked.payment_rule, booked.total_minor) == (PaymentRule.PAY_LATER, 1_500)
    assert booked.state == ReservationState.CONFIRMED
    assert move(booked, stay, equipment=[]).payment_rule == PaymentRule.FREE


def test_stays_that_repeat_have_it_each_where_it_is_left(
    hold, book, item, later, make_space, make_stay, booker, rival, owner_actor, now, stay
) -> None:
    other = make_space(name="Terza")
    book(space=other, stay=make_stay(10, day=2), booker=rival, equipment=some(item, 2))
    held = hold(space=later, equipment=some(item, 2))

    outcomes = book_series(
        SeriesPlan(
            space=later,
            stay=stay,
            pattern=Pattern(frequency=Frequency.DAILY, count=3),
            hold=held,
        ),
        booker=booker,
        visitor=GUEST,
        actor=owner_actor,
        now=now,
    )[1]

    assert [one.verdict for one in outcomes] == [Verdict.BOOKED, Verdict.TAKEN, Verdict.BOOKED]
    assert outcomes[1].reason == "Proiettore: only 1 piece is left at that time."
    assert [left_of(item, make_stay(10, day=day)) for day in (1, 2, 3)] == [1, 1, 1]
    assert sum_equipment(outcomes[2].reservation.price) == 3_000


def test_who_stays_longer_needs_the_pieces_longer(
    book, item, make, later, make_space, make_stay, rival, booker, owner_actor, stay
) -> None:
    by_hour = make("Microfono", pricing=EquipmentPricing.PER_HOUR, price_minor=300)
    pieces = [*some(item, 2), *some(by_hour)]
    reservation = book(space=later, equipment=pieces)
    other = make_space(name="Terza")
    book(space=other, stay=make_stay(12), booker=rival, equipment=some(item, 2))
    given = {"booker": booker, "actor": owner_actor, "now": stay.start}

    longer = extend_stay(reservation, ends_at=make_stay(11).end, **given)

    assert longer.total_minor == 4_000 + 2 * 1_500 + 2 * 300
    assert left_of(item, make_stay(11)) == 1
    with pytest.raises(EquipmentTaken):
        extend_stay(longer, ends_at=make_stay(12).end, **given)
