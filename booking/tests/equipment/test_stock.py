"""Never more pieces than there are, and only where they are lent."""

from __future__ import annotations

import pytest

from booking.services.equipment import archive_equipment, change_equipment
from booking.services.equipment_uses import (
    EquipmentLimit,
    EquipmentTaken,
    EquipmentUnknown,
    find_choices,
)
from booking.tests.equipment.reading import left_of, lines_of, some


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
    assert lines_of(held) == [("", 120, 4_000)]


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
    assert left_of(item, stay) == -1

    held = put(held, {item: 2})

    assert book(held).total_minor == 4_000
    with pytest.raises(EquipmentUnknown):
        find_choices({item.public_id: 1}, space=held.space)


def test_of_what_is_archived_nobody_takes_more(hold, put, item, owner_actor, now) -> None:
    held = put(hold(), {item: 1})
    archive_equipment(item, actor=owner_actor, now=now)

    with pytest.raises(EquipmentUnknown):
        put(held, {item: 2})
