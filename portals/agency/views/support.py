"""Whether the platform's support may enter, and what it did."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portals.agency.looks import ACTIVITY_PAGES
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.htmx import render_page
from portals.shared.lists import paginate
from portals.shared.requests import PortalRequest
from tenants.access import access_agency, access_support
from tenants.permissions import Permission
from tenants.selectors import list_support_of
from tenants.services.support import change_support_access

_MANAGE: Final = Permission.AGENCY_MANAGE
LINES_SHOWN: Final = 200


@portal_view(_MANAGE, methods=("GET", "HEAD", "POST"))
def edit_support(request: PortalRequest) -> HttpResponse:
    """Show and save whether support may enter; list its sessions."""
    agency = access_agency(request.actor, permission=_MANAGE)
    if request.method == "POST":
        allowed = request.POST.get("allowed") == "1"
        done = _("Support may enter.") if allowed else _("Support may no longer enter.")
        return carry_out(
            request,
            lambda: change_support_access(
                agency, actor=request.actor, allowed=allowed, at=timezone.now()
            ),
            done=done,
            then=reverse("agency:support-change"),
        )
    page = paginate(request, list_support_of(request.actor))
    context = {"agency_row": agency, "page": page, "now": timezone.now()}
    return render_page(request, "portals/agency/settings/support.html", context)


@portal_view(_MANAGE)
def show_session(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show one support session with everything that was done in it."""
    session = access_support(request.actor, public_id, permission=_MANAGE)
    entries = list_activity_for(request.actor).filter(details__support_session=session.public_id)
    lines = describe_activity(entries[:LINES_SHOWN], actor=request.actor, pages=ACTIVITY_PAGES)
    context = {"session": session, "lines": lines, "now": timezone.now()}
    return render_page(request, "portals/agency/settings/support_session.html", context)
