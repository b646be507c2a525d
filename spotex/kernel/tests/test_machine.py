from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from spotex.kernel.actor import Actor
from spotex.kernel.machine import IllegalMove, Move, StateMachine


class Turn(StrEnum):
    OPEN = "open"
    LOCK = "lock"


@dataclass
class Door:
    state: str


MACHINE = StateMachine(
    {
        Turn.OPEN: Move(frozenset({"CLOSED"}), "OPEN"),
        Turn.LOCK: Move(frozenset({"CLOSED"}), "LOCKED", "doors:lock"),
    },
)


def test_apply_moves_to_the_target() -> None:
    door = Door("CLOSED")

    MACHINE.apply(door, Turn.OPEN)

    assert door.state == "OPEN"


def test_apply_refuses_a_move_that_the_table_does_not_have() -> None:
    door = Door("OPEN")

    with pytest.raises(IllegalMove) as caught:
        MACHINE.apply(door, Turn.LOCK)

    assert (door.state, caught.value.code) == ("OPEN", "illegal_move")


def test_a_refusal_calls_the_state_by_its_name() -> None:
    class NamedDoor(Door):
        def get_state_display(self) -> str:
            return "Wide open"

    with pytest.raises(IllegalMove, match="“lock” is not possible while the state is “Wide open”"):
        MACHINE.check(NamedDoor("OPEN"), Turn.LOCK)


def test_available_asks_state_and_permission() -> None:
    visitor = Actor(user_id=1)
    keeper = Actor(user_id=2, permissions=frozenset({"doors:lock"}))

    assert MACHINE.available(Door("CLOSED"), visitor) == [Turn.OPEN]
    assert MACHINE.available(Door("CLOSED"), keeper) == [Turn.OPEN, Turn.LOCK]
    assert MACHINE.available(Door("OPEN"), keeper) == []
