"""The front doors: find the branded host of an agency, then go there.

The door never redirects: the policy on form targets would stop the browser, and a page that
names the agency lets the visitor see where the way leads.
"""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portals.doors.forms import DoorForm
from portals.shared.access import portal_view
from portals.shared.forms import posted
from portals.shared.htmx import render_page
from portals.shared.requests import PortalRequest
from tenants.hosts import AgencySnapshot, portal_host_of, url_for
from tenants.selectors import find_agency_by_slug
from tenants.slugs import is_slug
from tenants.states import PortalName

_BEHIND: Final = {
    PortalName.AGENCY_DOOR: PortalName.AGENCY,
    PortalName.CUSTOMER_DOOR: PortalName.CUSTOMER,
}


@portal_view(public=True, methods=("GET", "HEAD", "POST"))
def find_workspace(request: PortalRequest) -> HttpResponse:
    """Ask for the workspace, and show the way to it."""
    form = DoorForm(posted(request))
    agency = _find(form) if form.is_valid() else None
    context: dict[str, Any] = {
        "form": form,
        "found": agency,
        "is_agency_door": _is_agency_door(request),
    }
    if agency is not None:
        context["portal_url"] = url_for(portal_host_of(agency, _BEHIND[request.portal]))
    return render_page(
        request,
        "portals/doors/find.html",
        context,
        status=422 if form.is_bound and agency is None else 200,
    )


def _is_agency_door(request: PortalRequest) -> bool:
    return request.portal == PortalName.AGENCY_DOOR


def _find(form: DoorForm) -> AgencySnapshot | None:
    """Take a slug, a whole host or an address of a page, as people paste them."""
    text = str(form.value_of("workspace")).strip().lower()
    slug = text.removeprefix("https://").removeprefix("http://").split(".")[0].split("/")[0]
    agency = find_agency_by_slug(slug) if is_slug(slug) else None
    if agency is None:
        form.add_error("workspace", _("There is no portal with this name. Check the spelling."))
    return agency
