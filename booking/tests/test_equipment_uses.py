"""Lending equipment: with holds and reservations, never more pieces than there are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from booking.access import access_hold
from booking.conftest import WEEK
from booking.models import Equipment, EquipmentUse, Reservation, Space
from booking.price_parts import sum_equipment
from booking.recurrence import Pattern
from booking.selectors.equipment import count_left, list_uses, list_uses_of
from booking.services.arrivals import mark_missed, undo_missed
from booking.services.cancelling import cancel_reservation
from booking.services.claims import Outcome
from booking.services.equipment import archive_equipment, change_equipment, create_equipment
from booking.services.equipment_uses import (
    Choice,
    EquipmentLimit,
    EquipmentTaken,
    EquipmentUnknown,
    find_choices,
)
from booking.services.extending import extend_stay
from booking.services.hold_equipment import put_equipment_on_hold
from booking.services.hold_vouchers import put_voucher_on_hold
from booking.services.holds import HoldExpired, change_hold, extend_hold, hold_space, release_hold
from booking.services.locations import create_location
from booking.services.moving import NotMovable, PriceDiffers, move_reservation
from booking.services.pricing import PriceChanged
from booking.services.requests import AnswerTooLate, approve_request
from booking.services.reservations import (
    Visitor,
    book_space,
    confirm_reservation,
    expire_reservation,
)
from booking.services.series import SeriesPlan, book_series
from booking.services.spaces import change_space, create_space
from booking.services.vouchers import create_voucher
from booking.states import EquipmentPricing, Frequency, PaymentRule, ReservationState, Verdict
from booking.tests.test_holds import expire
from booking.tests.test_vouchers import expire_payment
from spotex.kernel.errors import Missing

GUEST = Visitor(name="Gino", email="gino@guest.test")


@pytest.fixture
def room(make_space) -> Space:
    return make_space(payment=PaymentRule.PREPAID, hourly_minor=1_000)


@pytest.fixture
def later(make_space) -> Space:
    """A room that is paid later, where there is room for what others do."""
    return make_space(name="Altra", payment=PaymentRule.PAY_LATER, hourly_minor=2_000)


@pytest.fixture
def make(location, owner_actor):
    def call(name: str = "Proiettore", **fields) -> Equipment:
        given = {"pricing": EquipmentPricing.PER_BOOKING, "price_minor": 1_500, "stock": 3}
        return create_equipment(location, actor=owner_actor, name=name, **{**given, **fields})

    return call


@pytest.fixture
def item(make) -> Equipment:
    return make()


@pytest.fixture
def hold(room, stay, booker, contact_actor, now):
    def call(stay=stay, *, booker=booker, space=room, **wanted):
        given = {"stay": stay, "booker": booker, "actor": contact_actor, "now": now}
        return hold_space(space, **given, **wanted)

    return call


@pytest.fixture
def put(booker, now):
    def call(held, wanted, *, booker=booker, now=now):
        named = {one.public_id: quantity for one, quantity in wanted.items()}
        return put_equipment_on_hold(held, wanted=named, booker=booker, now=now)

    return call


@pytest.fixture
def book(room, stay, booker, contact_actor, now):
    def call(held=None, *, booker=booker, **changes):
        held = access_hold(booker, held.public_id) if held else None
        given = {"stay": stay, "booker": booker, "visitor": GUEST, "actor": contact_actor}
        return book_space(changes.pop("space", room), **{**given, "now": now, **changes}, hold=held)

    return call


@pytest.fixture
def move(booker, owner_actor, now):
    def call(reservation, stay, **changes):
        given = {"stay": stay, "booker": booker, "actor": owner_actor, "now": now}
        return move_reservation(reservation, **given, **changes)

    return call


def some(item: Equipment, quantity: int = 1) -> list[Choice]:
    return [Choice(equipment=item, quantity=quantity)]


def left(item: Equipment, stay) -> int | None:
    return count_left([item], stay=stay)[item.pk]


def lines(priced) -> list[tuple[str, int, int]]:
    return [(line.label, line.quantity, line.amount_minor) for line in priced.price.lines]


# --- with a hold


def test_what_is_chosen_stands_in_the_price_and_stays_there(hold, put, book, item, stay) -> None:
    held = put(hold(), {item: 2})

    booked = book(held)

    assert held.total_minor == booked.total_minor == 4_000
    assert lines(booked) == [("", 60, 1_000), ("Proiettore", 2, 3_000)]
    assert booked.vat_minor == round(4_000 * 22 / 122)
    assert left(item, stay) == 1
    assert [str(use) for use in list_uses(booked)] == ["2 × Proiettore"]
    assert list_uses_of([booked]) == {booked.pk: [EquipmentUse.objects.get()]}
    assert not list_uses(held).exists()


def test_by_the_hour_it_costs_by_the_length_of_the_stay(hold, put, make, make_stay) -> None:
    beamer = make(pricing=EquipmentPricing.PER_HOUR, price_minor=333)
    free = make("Lavagna", pricing=EquipmentPricing.FREE)

    held = put(hold(make_stay(10, hours=2)), {beamer: 2, free: 1})

    assert lines(held)[1:] == [("Proiettore", 2, 2 * 666), ("Lavagna", 1, 0)]


def test_other_numbers_take_the_place_of_the_first(hold, put, item, make, stay) -> None:
    coffee = make("Caffè", stock=None)
    held = put(put(hold(), {item: 3}), {item: 1, coffee: 9})

    assert (left(item, stay), left(coffee, stay)) == (2, None)
    held = put(held, {item: 0})

    assert (held.total_minor, left(item, stay)) == (1_000, 3)
    assert not EquipmentUse.objects.exists()


def test_a_voucher_counts_for_all_of_it(hold, put, book, item, owner_actor, booker, now) -> None:
    create_voucher(actor=owner_actor, code="ESTATE", percent=50)
    held = put_voucher_on_hold(put(hold(), {item: 1}), code="estate", booker=booker, now=now)
    assert held.total_minor == 1_250

    more = put(held, {item: 2})

    assert more.total_minor == 2_000
    assert [line.kind for line in more.price.lines] == ["HOUR", "EQUIPMENT", "VOUCHER"]
    assert book(more).total_minor == 2_000


def test_other_equipment_while_booking_keeps_the_voucher(
    hold, put, book, item, make, owner_actor, booker, now, stay
) -> None:
    create_voucher(actor=owner_actor, code="ESTATE", percent=50)
    other = make("Lavagna", price_minor=500)
    held = put_voucher_on_hold(put(hold(), {item: 1}), code="estate", booker=booker, now=now)

    booked = book(held, equipment=some(other))

    assert booked.total_minor == 750
    assert [use.equipment for use in list_uses(booked)] == [other]
    assert left(item, stay) == 3


def test_it_can_be_held_at_once(hold, item, stay) -> None:
    held = hold(equipment=some(item, 3))

    assert (held.total_minor, left(item, stay)) == (5_500, 0)


def test_nobody_chooses_for_the_hold_of_another(hold, put, item, rival) -> None:
    with pytest.raises(Missing):
        put(hold(), {item: 1}, booker=rival)


def test_what_is_over_takes_no_equipment(hold, put, item, booker, contact_actor) -> None:
    held = hold()

    with pytest.raises(HoldExpired):
        put(held, {item: 1}, now=held.expires_at)
    release_hold(held, booker=booker, actor=contact_actor)
    with pytest.raises(HoldExpired):
        put(held, {item: 1})


# --- limits


@pytest.mark.parametrize(
    ("quantity", "text"), [(2, "Proiettore: only 1 piece is left at that time."), (1, "")]
)
def test_nobody_has_more_than_is_left(
    hold, put, item, later, rival, make_stay, quantity, text
) -> None:
    put(hold(), {item: 2})
    held = hold(make_stay(10.0, hours=2), booker=rival, space=later)

    if not text:
        assert put(held, {item: quantity}, booker=rival)
        return
    with pytest.raises(EquipmentTaken) as refused:
        put(held, {item: quantity}, booker=rival)

    assert refused.value.message == text
    assert lines(held) == [("", 120, 4_000)]


def test_where_all_are_lent_it_says_so(hold, put, item, later, rival, stay) -> None:
    put(hold(), {item: 3})

    with pytest.raises(EquipmentTaken) as refused:
        hold(stay, booker=rival, space=later, equipment=some(item))

    assert refused.value.message == "Proiettore: others have all of them at that time."
    assert hold(stay, booker=rival, space=later).total_minor == 2_000


def test_at_other_times_it_is_there(hold, item, later, rival, make_stay) -> None:
    hold(make_stay(10), equipment=some(item, 3))

    assert hold(make_stay(11), booker=rival, space=later, equipment=some(item, 3))
    assert hold(make_stay(9), space=later, equipment=some(item, 3))


def test_one_thing_named_twice_counts_twice(hold, item) -> None:
    with pytest.raises(EquipmentTaken):
        hold(equipment=[*some(item, 2), *some(item, 2)])


def test_a_booking_has_so_many_at_most(hold, put, make, owner_actor) -> None:
    item = make(most_per_booking=1)
    held = put(hold(), {item: 1})

    with pytest.raises(EquipmentLimit) as refused:
        put(held, {item: 2})

    assert refused.value.message == "Proiettore: at most 1 piece for one booking."


@pytest.mark.parametrize("quantity", [-1, 1_001])
def test_numbers_that_make_no_sense_are_refused(hold, put, item, quantity) -> None:
    with pytest.raises(EquipmentLimit):
        put(hold(), {item: quantity})


def test_what_is_not_lent_there_is_refused(hold, put, make, later, item, owner_actor, now) -> None:
    only = make("Lavagna", spaces=[later])
    held = hold()

    with pytest.raises(EquipmentUnknown):
        put(held, {only: 1})
    with pytest.raises(EquipmentUnknown) as refused:
        hold(space=later, equipment=some(archive_equipment(item, actor=owner_actor, now=now)))
    assert refused.value.message == "Proiettore is not lent there."


def test_who_has_it_keeps_it_when_it_is_archived_or_pieces_break(
    hold, put, book, item, owner_actor, now, stay
) -> None:
    held = put(hold(), {item: 2})
    change_equipment(item, actor=owner_actor, stock=1)
    archive_equipment(item, actor=owner_actor, now=now)
    item.refresh_from_db()
    assert left(item, stay) == -1

    held = put(held, {item: 2})

    assert book(held).total_minor == 4_000
    with pytest.raises(EquipmentUnknown):
        find_choices({item.public_id: 1}, space=held.space)


def test_of_what_is_archived_nobody_takes_more(hold, put, item, owner_actor, now) -> None:
    held = put(hold(), {item: 1})
    archive_equipment(item, actor=owner_actor, now=now)

    with pytest.raises(EquipmentUnknown):
        put(held, {item: 2})


# --- given back by itself


@pytest.mark.parametrize("way", ["release", "expire"])
def test_with_the_hold_the_pieces_come_back(
    hold, item, booker, contact_actor, stay, later, way
) -> None:
    held = hold(equipment=some(item, 3))

    if way == "release":
        release_hold(held, booker=booker, actor=contact_actor)
    else:
        expire(held)

    assert left(item, stay) == 3
    assert hold(space=later, equipment=some(item, 3))


def test_what_is_cancelled_or_missed_or_not_paid_comes_back(
    book, item, later, owner_actor, stay, make_stay, rival, now
) -> None:
    paid_later = book(space=later, equipment=some(item))
    missed = book(space=later, stay=make_stay(11), equipment=some(item), booker=rival)
    unpaid = book(equipment=some(item))
    assert left(item, stay) == 1

    cancel_reservation(paid_later, actor=owner_actor, now=now)
    mark_missed(missed, actor=owner_actor, now=missed.starts_at)
    expire_payment(unpaid)

    assert left(item, stay) == 3
    assert left(item, make_stay(11)) == 3
    expire_reservation(unpaid, actor=owner_actor)
    assert left(item, stay) == 3


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

    assert (booked.total_minor, left(item, stay)) == (4_000, 1)


@pytest.mark.parametrize("is_taken", [True, False])
def test_late_money_is_kept_if_the_pieces_are_there(
    book, item, owner_actor, rival, stay, later, is_taken
) -> None:
    reservation = book(equipment=some(item, 2))
    expire_payment(reservation)
    book(space=later, booker=rival, equipment=some(item, 2 if is_taken else 1))

    outcome = confirm_reservation(reservation, actor=owner_actor)

    assert outcome == (Outcome.LOST if is_taken else Outcome.REVIVED)
    assert left(item, stay) == (1 if is_taken else 0)
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
    assert (request.state, left(item, stay)) == (ReservationState.PENDING_APPROVAL, 1)

    approve_request(request, actor=owner_actor, now=now)

    assert left(item, stay) == 1


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_yes_that_comes_too_late_lends_nothing(
    book, item, make_space, later, owner_actor, rival, stay, now, is_taken
) -> None:
    asked = make_space(name="Su richiesta", needs_approval=True)
    request = book(space=asked, equipment=some(item, 2))
    expire(request)
    Reservation.objects.filter(pk=request.pk).update(answer_by=now - timedelta(hours=1))
    assert left(item, stay) == 3
    if is_taken:
        book(space=later, booker=rival, equipment=some(item, 2))

    with pytest.raises(AnswerTooLate):
        approve_request(request, actor=owner_actor, now=now)

    assert left(item, stay) == (1 if is_taken else 3)


def test_a_hold_that_lasts_longer_keeps_all(
    hold, put, item, owner_actor, booker, contact_actor, now, stay
) -> None:
    create_voucher(actor=owner_actor, code="ESTATE", percent=50)
    held = put_voucher_on_hold(put(hold(), {item: 2}), code="estate", booker=booker, now=now)

    longer = extend_hold(held, booker=booker, actor=contact_actor)

    assert longer.expires_at >= held.expires_at
    assert (longer.total_minor, left(item, stay)) == (2_000, 1)


# --- another time


def test_a_hold_that_grows_keeps_its_pieces_or_stays(
    hold, make, later, rival, booker, contact_actor, make_stay, now
) -> None:
    item = make(pricing=EquipmentPricing.PER_HOUR, price_minor=100)
    held = hold(equipment=some(item, 2))
    given = {"booker": booker, "actor": contact_actor, "now": now}

    longer = change_hold(held, stay=make_stay(10, hours=2), **given)

    assert (longer.total_minor, left(item, make_stay(11))) == (2_400, 1)
    hold(make_stay(12), booker=rival, space=later, equipment=some(item, 2))
    with pytest.raises(EquipmentTaken):
        change_hold(longer, stay=make_stay(10, hours=3), **given)
    assert access_hold(booker, held.public_id).ends_at == make_stay(10, hours=2).end


def test_a_hold_that_is_over_does_not_change(hold, item, booker, contact_actor, stay, now) -> None:
    held = hold(equipment=some(item))
    release_hold(held, booker=booker, actor=contact_actor)

    with pytest.raises(HoldExpired):
        change_hold(held, stay=stay, booker=booker, actor=contact_actor, now=now)


def test_moving_takes_the_pieces_along(book, move, item, later, make_stay, stay) -> None:
    reservation = book(space=later, equipment=some(item, 2))

    moved = move(reservation, make_stay(14, hours=2))

    assert (moved.total_minor, left(item, stay), left(item, make_stay(15))) == (7_000, 3, 1)


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

    assert left(item, stay) == 3


def test_who_came_after_all_finds_the_pieces_lent(
    book, item, later, make_space, owner_actor, rival, stay
) -> None:
    reservation = book(space=make_space(name="Terza"), equipment=some(item))
    mark_missed(reservation, actor=owner_actor, now=stay.start)
    book(space=later, booker=rival, equipment=some(item, 3))

    with pytest.raises(EquipmentTaken):
        undo_missed(reservation, actor=owner_actor, now=stay.start)

    reservation.refresh_from_db()
    assert (reservation.state, left(item, stay)) == (ReservationState.NO_SHOW, 0)


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

    assert (changed.total_minor, left(item, stay)) == (2_800, 3)
    assert lines(changed)[1:] == [("Caffè", 4, 800)]
    assert move(changed, stay).updated_at == changed.updated_at
    assert move(changed, stay, equipment=[]).total_minor == 2_000


def test_what_is_paid_changes_only_at_the_same_price(
    book, move, item, make, owner_actor, stay
) -> None:
    whiteboard = make("Lavagna", pricing=EquipmentPricing.FREE)
    reservation = book()
    confirm_reservation(reservation, actor=owner_actor)

    assert move(reservation, stay, equipment=some(whiteboard)).total_minor == 1_000
    with pytest.raises(PriceDiffers):
        move(reservation, stay, equipment=some(item))


# --- how it is paid, and stays that repeat


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
    assert [left(item, make_stay(10, day=day)) for day in (1, 2, 3)] == [1, 1, 1]
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
    assert left(item, make_stay(11)) == 1
    with pytest.raises(EquipmentTaken):
        extend_stay(longer, ends_at=make_stay(12).end, **given)
