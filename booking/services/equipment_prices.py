"""What equipment costs with a stay: by the rates of now, or what was promised for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from booking.models import Equipment, EquipmentUse, Hold, Space
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


def find_promised(hold: Hold | None, *, price: Price) -> Promised:
    """Return what the pieces that a hold has cost each, as far as they stand in its price."""
    lines = {
        (line.label, line.quantity): line.unit_minor
        for line in price.lines
        if line.kind == LineKind.EQUIPMENT
    }
    return {
        (use.equipment_id, use.quantity): lines[use.equipment.name, use.quantity]
        for use in (list_uses(hold) if hold is not None and lines else ())
        if (use.equipment.name, use.quantity) in lines
    }


def price_piece(item: Equipment, *, stay: Period) -> int:
    """Return what one piece costs for a stay, in minor units; halves are rounded up."""
    if item.pricing != EquipmentPricing.PER_HOUR:
        return item.price_minor
    return divide(item.price_minor * int(stay.length.total_seconds()), _HOUR_SECONDS)
