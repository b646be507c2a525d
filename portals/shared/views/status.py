"""The status page of an agency, for everybody: what works now, and what the agency wrote."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils import timezone

from portals.shared.access import portal_view
from portals.shared.htmx import render_page
from portals.shared.lists import paginate
from portals.shared.requests import PortalRequest
from portals.shared.service_status import judge_service, measure_parts
from tenants.customers.selectors import list_open_incidents, list_past_incidents, with_updates

PAST_SHOWN: Final = 10


@portal_view(public=True)
def show_status(request: PortalRequest) -> HttpResponse:
    """Show what works at this moment, open incidents, and those that ended lately."""
    now = timezone.now()
    parts = measure_parts(at=now)
    incidents = list(with_updates(list_open_incidents()))
    context = {
        "parts": parts,
        "headline": judge_service(parts, incidents),
        "incidents": incidents,
        "page": paginate(request, with_updates(list_past_incidents(at=now)), size=PAST_SHOWN),
        "checked_at": now,
    }
    return render_page(request, "portals/shared/status.html", context)
