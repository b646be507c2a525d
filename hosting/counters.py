"""What sites use of the plans' limits."""

from __future__ import annotations

from hosting.selectors import count_sites
from tenants.usage import register_counter


def count_kept_sites(_agency_id: int) -> int:
    """Count the sites in whose agency's schema we are."""
    return count_sites()


register_counter("sites", count_kept_sites)
