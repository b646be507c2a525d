"""Addresses in the portals of an agency, wherever one writes from."""

from __future__ import annotations

from typing import Final

from django.urls import reverse

from tenants.hosts import AgencySnapshot, portal_host_of, url_for
from tenants.models import Agency
from tenants.states import PortalName

URLCONFS: Final = {
    PortalName.PUBLIC: "portals.public.urls",
    PortalName.ADMIN: "portals.admin.urls",
    PortalName.AGENCY: "portals.agency.urls",
    PortalName.CUSTOMER: "portals.customer.urls",
    PortalName.AGENCY_DOOR: "portals.doors.urls",
    PortalName.CUSTOMER_DOOR: "portals.doors.urls",
    PortalName.API: "portals.api.urls",
}
"""The urlconf that each portal answers with."""


def address_in(
    portal: PortalName, name: str, *arguments: str, agency: Agency | AgencySnapshot
) -> str:
    """Return the whole address of a view in one of an agency's portals."""
    path = reverse(name, args=arguments, urlconf=URLCONFS[portal])
    return url_for(portal_host_of(agency, portal), path)
