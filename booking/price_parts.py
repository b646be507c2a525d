"""Parts of a price: the stay itself, what is lent with it, what is taken off; pure."""

from __future__ import annotations

from typing import Final

from booking.prices import LineKind, Price, make_price

_AROUND: Final = frozenset({LineKind.EQUIPMENT, LineKind.VOUCHER, LineKind.CREDIT})
"""Lines that are not of the stay itself: what comes on top, what a code or credits take off."""


def drop_lines(price: Price, *kinds: LineKind, vat_percent: int) -> Price:
    """Return a price as it was without lines of some kinds."""
    lines = [line for line in price.lines if line.kind not in kinds]
    if len(lines) == len(price.lines):
        return price
    return make_price(lines, currency=price.currency, vat_percent=vat_percent)


def sum_stay(price: Price) -> int:
    """Return what the stay itself costs, without equipment and before any voucher or credits."""
    return sum(line.amount_minor for line in price.lines if line.kind not in _AROUND)


def sum_equipment(price: Price) -> int | None:
    """Return what the equipment in a price costs, None where there is none."""
    amounts = [line.amount_minor for line in price.lines if line.kind == LineKind.EQUIPMENT]
    return sum(amounts) if amounts else None


def list_equipment_words(price: Price) -> list[str]:
    """Say what is lent with a stay, each with how many pieces."""
    lines = [line for line in price.lines if line.kind == LineKind.EQUIPMENT]
    return [f"{line.quantity} × {line.label}" for line in lines]
