"""What equipment costs with a stay: by the rates of now, or what was promised for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from booking.models import Equipment, EquipmentUse, Hold, Reservation, Space
from booking.periods import Period
from booking.prices import LineKind, Price, PriceLine, add_line
from booking.rates import divide
from booking.selectors.equipment import list_uses
from booking.states import EquipmentPricing

_HOUR_SECONDS: Final = 3_600

Promised: TypeAlias = Mapping[tuple[int, int], int]
"""By equipment and number of pieces: what each of them costs."""

_NOTHING: Final[Promised] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Choice:
    """So many pieces of something."""

    equipment: Equipment
    quantity: int


def charge(
    price: Price,
    pieces: Iterable[Choice | EquipmentUse],
    *,
    space: Space,
    stay: Period,
    promised: Promised = _NOTHING,
) -> Price:
    """Return a price without voucher with what some pieces cost for a stay.

    Args:
        price: without any of them.
        pieces: what is lent.
        space: where.
        stay: when.
        promised: what a piece costs where so many of them were promised for this stay.
    """
    for one in pieces:
        unit_minor = promised.get((one.equipment.pk, one.quantity))
        if unit_minor is None:
            unit_minor = price_piece(one.equipment, stay=stay)
        line = PriceLine(
            kind=LineKind.EQUIPMENT,
            quantity=one.quantity,
            unit_minor=unit_minor,
            amount_minor=unit_minor * one.quantity,
            label=one.equipment.name,
        )
        price = add_line(price, line, vat_percent=space.vat_percent)
    return price


def find_promised(subject: Hold | Reservation | None, *, price: Price) -> Promised:
    """Return what the pieces cost each that a hold or a reservation has, as its price says.

    The price knows them by name and number; what two of them share is not told apart, and so was
    not promised.
    """
    lines = [line for line in price.lines if line.kind == LineKind.EQUIPMENT]
    uses = list_uses(subject) if subject is not None and lines else ()
    known = Counter((line.label, line.quantity) for line in lines)
    costs = {(line.label, line.quantity): line.unit_minor for line in lines}
    return {
        (use.equipment_id, use.quantity): costs[name]
        for use in uses
        if known[name := (use.equipment.name, use.quantity)] == 1
    }


def price_piece(item: Equipment, *, stay: Period) -> int:
    """Return what one piece costs for a stay, in minor units; halves are rounded up."""
    if item.pricing != EquipmentPricing.PER_HOUR:
        return item.price_minor
    return divide(item.price_minor * int(stay.length.total_seconds()), _HOUR_SECONDS)
