"""What of a price is paid when booking; pure arithmetic in minor units."""

from __future__ import annotations

from booking.prices import LEAST_PAID_MINOR
from booking.rates import divide


def compute_deposit(total_minor: int, *, percent: int) -> int:
    """Return the part of a price that is paid when booking; 0 where that is all of it.

    Neither the part nor the rest is ever less than what a card can pay.
    """
    deposit = divide(total_minor * percent, 100)
    is_part = LEAST_PAID_MINOR <= deposit <= total_minor - LEAST_PAID_MINOR
    return deposit if is_part else 0
