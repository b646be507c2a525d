"""The agency's audit trail: searched, in detail, and as a file."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from portals.agency.looks import ACTIVITY_PAGES
from portals.shared.access import portal_view
from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.htmx import render_page
from portals.shared.requests import PortalRequest
from portals.shared.spreadsheets import stream_csv
from portals.shared.trail import (
    DOORS,
    HEADS,
    access_activity,
    filter_trail,
    list_changes,
    require_exportable,
    stream_trail,
)
from portals.shared.trail_pages import build_trail_list, read_trail_filters
from tenants.permissions import Permission

_VIEW = Permission.ACTIVITY_VIEW


@portal_view(_VIEW)
def list_activity(request: PortalRequest) -> HttpResponse:
    """Show what happened, filtered."""
    return render_page(
        request,
        "portals/agency/activity/list.html",
        build_trail_list(request, pages=ACTIVITY_PAGES),
        partials={"activity-rows": "rows"},
    )


@portal_view(_VIEW)
def show_line(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show one line with what was before and after."""
    entry = access_activity(list_activity_for(request.actor), public_id)
    (line,) = describe_activity([entry], actor=request.actor, pages=ACTIVITY_PAGES)
    context = {
        "entry": entry,
        "line": line,
        "changes": list_changes(entry.details),
        "door": DOORS.get(entry.via, entry.via),
    }
    return render_page(request, "portals/agency/activity/detail.html", context)


@portal_view(_VIEW)
def export(request: PortalRequest) -> HttpResponse:
    """Send the filtered lines as a file."""
    entries = filter_trail(list_activity_for(request.actor), read_trail_filters(request))
    require_exportable(entries)
    name = f"{request.actor.agency_slug}-activity-{timezone.localdate():%Y-%m-%d}"
    return stream_csv(stream_trail(entries), heads=HEADS, name=name)
