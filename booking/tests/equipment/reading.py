"""What is chosen, what is left of it and what it costs."""

from __future__ import annotations

from booking.models import Equipment
from booking.selectors.equipment import count_left
from booking.services.equipment_prices import Choice
from booking.services.reservations import (
    Visitor,
)

GUEST = Visitor(name="Gino", email="gino@guest.test")


def some(item: Equipment, quantity: int = 1) -> list[Choice]:
    return [Choice(equipment=item, quantity=quantity)]


def left_of(item: Equipment, stay) -> int | None:
    return count_left([item], stay=stay)[item.pk]


def lines_of(priced) -> list[tuple[str, int, int]]:
    return [(line.label, line.quantity, line.amount_minor) for line in priced.price.lines]
