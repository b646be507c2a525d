"""Spaces lie in each other as their intervals do."""

from __future__ import annotations

import pytest

from booking.units import WIDTHS, Interval, NoRoomInside, place


def _overlap(one: Interval, other: Interval) -> bool:
    return one.low < other.high and other.low < one.high


def test_parts_lie_inside_and_beside_each_other() -> None:
    house, other_house = place(parent=None, number=0), place(parent=None, number=1)
    room, next_room = (place(parent=house, number=number) for number in range(2))
    desk = place(parent=room, number=0)

    assert not _overlap(house, other_house)
    assert _overlap(house, room)
    assert _overlap(house, desk)
    assert _overlap(room, desk)
    assert not _overlap(next_room, desk)
    assert not _overlap(room, next_room)


def test_the_last_part_still_fits_and_the_next_is_refused() -> None:
    house = place(parent=None, number=0)
    last = WIDTHS[0] // WIDTHS[1] - 2

    assert place(parent=house, number=last).high == house.high
    with pytest.raises(NoRoomInside, match="1023 spaces"):
        place(parent=house, number=last + 1)


def test_four_levels_and_no_more() -> None:
    deepest = None
    for _level in WIDTHS:
        deepest = place(parent=deepest, number=0)

    with pytest.raises(NoRoomInside, match="4 levels"):
        place(parent=deepest, number=0)


def test_each_seat_is_one_unit() -> None:
    room = place(parent=None, number=3)

    assert room.seat(0).width == 1
    assert not _overlap(room.seat(0), room.seat(1))
    with pytest.raises(NoRoomInside, match="seat"):
        room.seat(-1)


def test_all_that_lies_in_a_space_on_its_own_is_of_one_tree() -> None:
    first, second = (place(parent=None, number=number) for number in range(2))
    inner = place(parent=place(parent=first, number=3), number=5)

    assert first.tree == inner.tree == inner.seat(7).tree
    assert second.tree != first.tree
