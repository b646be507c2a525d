"""State machines as one table of moves for each aggregate.

A ``states.py`` holds two enums and one mapping *action → Move*; nothing else in the project
names a transition. The machine answers three questions: is this move legal now, do it, and
which moves are open to this actor?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict

Action = TypeVar("Action", bound=StrEnum)


class HasState(Protocol):
    """Anything with a stored state."""

    state: str


class IllegalMove(Conflict):
    """The action is not possible in the object's present state."""

    code = "illegal_move"


@dataclass(frozen=True)
class Move:
    """One row of the table: from which states, to which, who may, and its event's name."""

    sources: frozenset[str]
    target: str
    permission: str | None = None
    event: str = ""


class StateMachine(Generic[Action]):
    """A read-only table of moves and the three questions one asks of it."""

    def __init__(self, moves: Mapping[Action, Move]) -> None:
        self.moves = moves

    def is_legal(self, action: Action, state: str) -> bool:
        """Tell whether the table has this cell."""
        return state in self.moves[action].sources

    def check(self, obj: HasState, action: Action) -> None:
        """Pass if the action is legal in the object's state.

        Raises:
            IllegalMove: the table has no such cell.
        """
        if not self.is_legal(action, obj.state):
            raise IllegalMove(
                _("“%(action)s” is not possible while the state is “%(state)s”.")
                % {"action": action.value, "state": _write_state(obj)},
            )

    def apply(self, obj: HasState, action: Action) -> None:
        """Set the object's state to the action's target; the caller saves it.

        Raises:
            IllegalMove: the table has no such cell.
        """
        self.check(obj, action)
        obj.state = self.moves[action].target

    def available(self, obj: HasState, actor: Actor) -> list[Action]:
        """Return the actions that are legal now and permitted to the actor, in table order."""
        return [
            action
            for action, move in self.moves.items()
            if obj.state in move.sources and (move.permission is None or actor.can(move.permission))
        ]


def _write_state(obj: HasState) -> str:
    """Return the state as people call it, where the object knows."""
    write = getattr(obj, "get_state_display", None)
    return str(write() if write is not None else obj.state)
