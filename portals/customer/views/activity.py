"""What happened to the customer: its own lines, in words."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse

from portals.shared.access import portal_view
from portals.shared.htmx import render_page
from portals.shared.requests import PortalRequest
from portals.shared.trail_pages import build_trail_list
from tenants.permissions import Permission

_PAGES: Final = {"site": "customer:site-detail"}


@portal_view(Permission.ACTIVITY_VIEW)
def list_activity(request: PortalRequest) -> HttpResponse:
    """Show what happened, filtered."""
    return render_page(
        request,
        "portals/customer/activity.html",
        build_trail_list(request, pages=_PAGES),
        partials={"activity-rows": "rows"},
    )
