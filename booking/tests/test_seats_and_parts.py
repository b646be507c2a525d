"""What is sold by the place has no parts, and what has parts is not sold by the place."""

from __future__ import annotations

import pytest

from booking.services.spaces import (
    PartNotPossible,
    SpaceRulesInvalid,
    archive_space,
    change_space,
)


def test_a_space_sold_by_the_place_gets_no_parts(make_space) -> None:
    hall = make_space(capacity=8, seats=8)

    with pytest.raises(PartNotPossible) as refused:
        make_space(name="Desk 1", parent=hall)
    assert refused.value.field == "parent"


def test_a_space_with_parts_is_not_sold_by_the_place(make_space, owner_actor) -> None:
    hall = make_space(capacity=8)
    desk = make_space(name="Desk 1", parent=hall)

    with pytest.raises(SpaceRulesInvalid) as refused:
        change_space(hall, actor=owner_actor, seats=8)
    assert refused.value.field == "seats"

    archive_space(desk, actor=owner_actor)
    assert change_space(hall, actor=owner_actor, seats=8).seats == 8
