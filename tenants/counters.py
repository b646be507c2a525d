"""What this context counts of the plans' limits."""

from __future__ import annotations

from tenants.models import Domain
from tenants.usage import register_counter


def count_custom_domains(agency_id: int) -> int:
    """Count the own domains of an agency, verified or not."""
    return Domain.objects.filter(tenant_id=agency_id).count()


register_counter("custom_domains", count_custom_domains)
