"""The two ends of a support session on a portal's host."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from portals.shared.access import portal_view
from portals.shared.htmx import go, render_page
from portals.shared.requests import PortalRequest
from portals.shared.support import (
    enter_support,
    find_support_row,
    is_under_support,
    leave_support,
)
from spotex.kernel.errors import Missing
from tenants.hosts import platform_host, url_for
from tenants.selectors import find_support_link
from tenants.services.staff import actor_of_staff
from tenants.services.support import SupportLinkInvalid, begin_support, end_support


@never_cache
@portal_view(public=True, methods=("GET", "HEAD", "POST"))
def begin(request: PortalRequest, token: str) -> HttpResponse:
    """Show what the link would begin (GET), then begin it, once (POST)."""
    if request.agency is None:
        raise Missing(_("There is nothing at this address."))
    now, agency_id, portal = timezone.now(), request.agency.id, request.portal
    if request.method != "POST":
        found = find_support_link(token, agency_id=agency_id, portal=portal, at=now)
        status = 200 if found else 404
        return render_page(
            request, "portals/shared/support_begin.html", {"found": found}, status=status
        )
    try:
        support = begin_support(token, agency_id=agency_id, portal=portal, at=now)
    except SupportLinkInvalid:
        return render_page(request, "portals/shared/support_begin.html", status=404)
    enter_support(request, support, at=now)
    return go(request, "/")


@portal_view(methods=("POST",))
def end(request: PortalRequest) -> HttpResponse:
    """End the support session and show the way back to the admin."""
    row = find_support_row(request) if is_under_support(request) else None
    if row is None:
        return go(request, "/")
    end_support(row, actor=actor_of_staff(row.staff, agency=row.agency), at=timezone.now())
    leave_support(request)
    path = f"/tenants/agency/{row.agency_id}/change/"
    context = {"admin_url": url_for(platform_host("admin"), path)}
    return render_page(request, "portals/shared/support_end.html", context)
