"""The agency's data as a whole: taken along; the way to its end."""

from __future__ import annotations

from typing import Final, cast

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.fresh import confirm_address, is_fresh
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate
from portals.shared.requests import PortalRequest
from tenants.access import access_agency, access_export
from tenants.models.exports import OPEN_EXPORTS
from tenants.permissions import Permission
from tenants.selectors import find_open_closure, list_exports_of
from tenants.services.exports import KEPT, find_progress, open_export, request_export

_MANAGE: Final = Permission.DATA_MANAGE
HERE: Final = "agency:data-detail"


@portal_view(_MANAGE)
def show_data(request: PortalRequest) -> HttpResponse:
    """Show the exports, and what can be done with all data."""
    exports = list_exports_of(request.actor)
    current = exports.filter(state__in=OPEN_EXPORTS).first()
    context = {
        "page": paginate(request, exports),
        "current": current,
        "progress": find_progress(current) if current else 0,
        "kept_days": KEPT.days,
        "is_fresh": is_fresh(request),
        "closure": find_open_closure(request.actor.agency_id or 0),
        "confirm_url": confirm_address(request, then=reverse(HERE)),
    }
    return render_page(
        request,
        "portals/agency/settings/data.html",
        context,
        partials={"export-rows": "exports"},
    )


@portal_view(_MANAGE, methods=("POST",))
def ask_for_export(request: PortalRequest) -> HttpResponse:
    """Ask for an archive of everything."""
    if not is_fresh(request):
        return ask_who_it_is(request)
    agency = access_agency(request.actor, permission=_MANAGE)
    return carry_out(
        request,
        lambda: request_export(agency, actor=request.actor, at=timezone.now()),
        done=_("The export is being written. You get a mail when it is ready."),
        then=reverse(HERE),
    )


def ask_who_it_is(request: PortalRequest) -> HttpResponse:
    """Send the person to the page that asks for password or second factor, and back."""
    toast(request, _("Confirm that it is you, then try again."), tone="info")
    return go(request, confirm_address(request, then=reverse(HERE)))


@portal_view(_MANAGE)
def download_export(request: PortalRequest, public_id: str) -> HttpResponse:
    """Send an archive."""
    export = access_export(request.actor, public_id)
    if not is_fresh(request):
        return ask_who_it_is(request)
    path = open_export(export, actor=request.actor)
    name = f"{request.actor.agency_slug}-{timezone.localtime(export.ready_at):%Y-%m-%d}.zip"
    answer = FileResponse(
        path.open("rb"), as_attachment=True, filename=name, content_type="application/zip"
    )
    answer["Cache-Control"] = "private, no-store"
    return cast("HttpResponse", answer)  # what middleware and doors make of both is the same
