"""How far credits reach, and what they take off a price; pure arithmetic in minutes and cents."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from booking.periods import Period
from booking.prices import LineKind, Price, PriceLine, add_line, make_price

_TIME: Final = frozenset(
    {
        *(LineKind.MONTH, LineKind.WEEK, LineKind.DAY, LineKind.HALF_DAY),
        *(LineKind.HOUR, LineKind.PEAK, LineKind.MEMBER),
    }
)
"""What minutes pay for: the space itself, at whatever price."""


def count_minutes(stay: Period) -> int:
    """Return how many minutes of credit a stay takes: a minute for a minute, begun ones whole."""
    return -int(-stay.length.total_seconds() // 60)


def share_out(minutes: int, lots: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Take minutes from lots in their order; return how many of which, as far as they reach.

    Args:
        minutes: how many are wanted.
        lots: each with its key and what is left of it.
    """
    taken: dict[int, int] = {}
    for key, left in lots:
        part = min(minutes, left)
        if part > 0:
            taken[key] = part
            minutes -= part
    return taken


def cover(price: Price, *, minutes: int, stay: Period, vat_percent: int) -> Price:
    """Return a price less what some minutes of its stay cost, a minute like the other.

    Parts of a cent stay with the price, so that nobody gains by paying with more credits.
    """
    of_time = sum(line.amount_minor for line in price.lines if line.kind in _TIME)
    off = of_time * minutes // count_minutes(stay)
    line = PriceLine(kind=LineKind.CREDIT, quantity=minutes, unit_minor=0, amount_minor=-off)
    return add_line(price, line, vat_percent=vat_percent)


def uncover(price: Price, *, vat_percent: int) -> Price:
    """Return a price as it was without credits."""
    lines = [line for line in price.lines if line.kind != LineKind.CREDIT]
    if len(lines) == len(price.lines):
        return price
    return make_price(lines, currency=price.currency, vat_percent=vat_percent)


def count_covered(price: Price) -> int:
    """Return how many minutes of a price are paid with credits."""
    return sum(line.quantity for line in price.lines if line.kind == LineKind.CREDIT)


def is_covered_whole(price: Price) -> bool:
    """Tell whether credits pay all of a price."""
    return not price.total_minor and count_covered(price) > 0
