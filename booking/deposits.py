"""What of a price is paid when booking; pure arithmetic in minor units."""

from __future__ import annotations

from typing import Final

from booking.rates import divide

LEAST_PART_MINOR: Final = 50
"""The least that card networks take. Source: Stripe's minimum charge for euro."""


def compute_deposit(total_minor: int, *, percent: int) -> int:
    """Return the part of a price that is paid when booking; 0 where that is all of it.

    Neither the part nor the rest is ever less than what a card can pay.
    """
    deposit = divide(total_minor * percent, 100)
    is_part = LEAST_PART_MINOR <= deposit <= total_minor - LEAST_PART_MINOR
    return deposit if is_part else 0
