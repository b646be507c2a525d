"""Which hosts lead to sites, for those who want to use a host otherwise."""

from __future__ import annotations

from hosting.operations.models import SiteRoute
from tenants.host_claims import register_host_claim


@register_host_claim
def find_agency_of_site_host(host: str) -> int | None:
    """Return the key of the agency whose site has a host."""
    return SiteRoute.objects.filter(host=host).values_list("agency_id", flat=True).first()
