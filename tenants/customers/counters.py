"""What customers use of the plans' limits."""

from __future__ import annotations

from tenants.customers.selectors import count_customers
from tenants.usage import register_counter


def count_served_customers(_agency_id: int) -> int:
    """Count the customers in whose agency's schema we are."""
    return count_customers()


register_counter("customers", count_served_customers)
