"""Where spaces lie in the one line of units that claims are made on.

Every space owns an interval of whole numbers, and the spaces inside it own parts of that interval.
So one range answers "do these two exclude each other?": a desk excludes the room around it, the
room excludes each of its desks, and two desks leave each other alone. Intervals are never given
to another space: a claim of years ago still means the same place.

Source: ADR 0032; measurements in docs/architecture.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

WIDTHS: Final = (2**40, 2**30, 2**20, 2**10)
"""Width of a space by its depth: at most 1,023 spaces inside each, four levels deep."""

MOST_SEATS: Final = WIDTHS[-1]
"""How many people can have a seat of their own in a space of the deepest level."""


class NoRoomInside(ValueError):
    """There are too many levels, or too many spaces in one."""


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Units from ``low`` up to and without ``high``."""

    low: int
    high: int

    @property
    def width(self) -> int:
        """How many units it has."""
        return self.high - self.low

    @property
    def tree(self) -> int:
        """The number of the space on its own in which it lies, with all that is around it."""
        return self.low // WIDTHS[0]

    def seat(self, number: int) -> Interval:
        """Return the unit of one seat; they are counted from zero.

        Raises:
            NoRoomInside: the space has no such unit.
        """
        if not 0 <= number < self.width:
            raise NoRoomInside(f"seat {number} of {self.width}")
        return Interval(low=self.low + number, high=self.low + number + 1)


def place(*, parent: Interval | None, number: int) -> Interval:
    """Return the interval of the next space inside another one, or of a space on its own.

    Args:
        parent: the interval of the space around it.
        number: how many spaces were ever made there before, counted from zero.

    Raises:
        NoRoomInside: there are too many levels, or too many spaces in one.
    """
    depth = 0 if parent is None else WIDTHS.index(parent.width) + 1
    if depth == len(WIDTHS):
        raise NoRoomInside(f"no more than {depth} levels")
    # The first unit of each interval stays free: a space without an interval of its own is zero.
    width = WIDTHS[depth]
    low = (parent.low if parent else 0) + (number + 1) * width
    if parent is not None and low + width > parent.high:
        raise NoRoomInside(f"no more than {parent.width // width - 1} spaces in one")
    return Interval(low=low, high=low + width)
