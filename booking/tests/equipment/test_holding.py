"""Equipment on a hold: in its price, and kept for it."""

from __future__ import annotations

import pytest

from booking.access import access_hold
from booking.models import EquipmentUse
from booking.selectors.equipment import list_uses, list_uses_of
from booking.services.equipment_uses import (
    EquipmentTaken,
)
from booking.services.hold_vouchers import put_voucher_on_hold
from booking.services.holds import HoldExpired, change_hold, extend_hold, release_hold
from booking.services.vouchers import create_voucher
from booking.states import EquipmentPricing
from booking.tests.equipment.reading import left_of, lines_of, some
from spotex.kernel.errors import Missing


def test_what_is_chosen_stands_in_the_price_and_stays_there(hold, put, book, item, stay) -> None:
    held = put(hold(), {item: 2})

    booked = book(held)

    assert held.total_minor == booked.total_minor == 4_000
    assert lines_of(booked) == [("", 60, 1_000), ("Proiettore", 2, 3_000)]
    assert booked.vat_minor == round(4_000 * 22 / 122)
    assert left_of(item, stay) == 1
    assert [str(use) for use in list_uses(booked)] == ["2 × Proiettore"]
    assert list_uses_of([booked]) == {booked.pk: [EquipmentUse.objects.get()]}
    assert not list_uses(held).exists()


def test_by_the_hour_it_costs_by_the_length_of_the_stay(hold, put, make, make_stay) -> None:
    beamer = make(pricing=EquipmentPricing.PER_HOUR, price_minor=333)
    free = make("Lavagna", pricing=EquipmentPricing.FREE)

    held = put(hold(make_stay(10, hours=2)), {beamer: 2, free: 1})

    assert lines_of(held)[1:] == [("Proiettore", 2, 2 * 666), ("Lavagna", 1, 0)]


def test_other_numbers_take_the_place_of_the_first(hold, put, item, make, stay) -> None:
    coffee = make("Caffè", stock=None)
    held = put(put(hold(), {item: 3}), {item: 1, coffee: 9})

    assert (left_of(item, stay), left_of(coffee, stay)) == (2, None)
    held = put(held, {item: 0})

    assert (held.total_minor, left_of(item, stay)) == (1_000, 3)
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
    assert left_of(item, stay) == 3


def test_it_can_be_held_at_once(hold, item, stay) -> None:
    held = hold(equipment=some(item, 3))

    assert (held.total_minor, left_of(item, stay)) == (5_500, 0)


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


def test_a_hold_that_lasts_longer_keeps_all(
    hold, put, item, owner_actor, booker, contact_actor, now, stay
) -> None:
    create_voucher(actor=owner_actor, code="ESTATE", percent=50)
    held = put_voucher_on_hold(put(hold(), {item: 2}), code="estate", booker=booker, now=now)

    longer = extend_hold(held, booker=booker, actor=contact_actor)

    assert longer.expires_at >= held.expires_at
    assert (longer.total_minor, left_of(item, stay)) == (2_000, 1)


def test_a_hold_that_grows_keeps_its_pieces_or_stays(
    hold, make, later, rival, booker, contact_actor, make_stay, now
) -> None:
    item = make(pricing=EquipmentPricing.PER_HOUR, price_minor=100)
    held = hold(equipment=some(item, 2))
    given = {"booker": booker, "actor": contact_actor, "now": now}

    longer = change_hold(held, stay=make_stay(10, hours=2), **given)

    assert (longer.total_minor, left_of(item, make_stay(11))) == (2_400, 1)
    hold(make_stay(12), booker=rival, space=later, equipment=some(item, 2))
    with pytest.raises(EquipmentTaken):
        change_hold(longer, stay=make_stay(10, hours=3), **given)
    assert access_hold(booker, held.public_id).ends_at == make_stay(10, hours=2).end


def test_a_hold_that_is_over_does_not_change(hold, item, booker, contact_actor, stay, now) -> None:
    held = hold(equipment=some(item))
    release_hold(held, booker=booker, actor=contact_actor)

    with pytest.raises(HoldExpired):
        change_hold(held, stay=stay, booker=booker, actor=contact_actor, now=now)
