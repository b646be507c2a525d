"""What spaces use of the plans' limits."""

from __future__ import annotations

from booking.selectors.places import count_spaces
from tenants.usage import register_counter


def count_offered_spaces(_agency_id: int) -> int:
    """Count the spaces in whose agency's schema we are."""
    return count_spaces()


register_counter("spaces", count_offered_spaces)
