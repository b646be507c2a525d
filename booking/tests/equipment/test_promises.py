"""What equipment costs that was held before its price changed."""

from __future__ import annotations

from booking.services.equipment import change_equipment
from booking.services.equipment_prices import Choice


def test_what_is_held_costs_what_was_said_however_it_is_booked(
    hold, put, book, item, owner_actor
) -> None:
    held = put(hold(), {item: 2})
    change_equipment(item, actor=owner_actor, price_minor=9_000)

    booked = book(held, equipment=[Choice(equipment=item, quantity=2)])

    assert booked.total_minor == held.total_minor


def test_what_stays_on_a_hold_keeps_its_price(hold, put, item, make, owner_actor) -> None:
    other = make("Lavagna", price_minor=500)
    held = put(hold(), {item: 2})
    before = held.total_minor
    change_equipment(item, actor=owner_actor, price_minor=9_000)

    with_other = put(held, {item: 2, other: 1})
    with_more = put(held, {item: 3})

    assert with_other.total_minor == before + 500
    assert with_more.total_minor == before - 2 * 1_500 + 3 * 9_000


def test_two_things_of_one_name_keep_their_own_prices(hold, put, item, make) -> None:
    twin = make(item.name, price_minor=9_000)
    held = put(hold(), {item: 2, twin: 2})

    again = put(held, {item: 2, twin: 2})

    assert again.total_minor == held.total_minor
