"""A person's own profile in the agency portal."""

from __future__ import annotations

from django.http import HttpResponse

from portals.shared.access import portal_view
from portals.shared.profile import edit_profile
from portals.shared.requests import PortalRequest


@portal_view(methods=("GET", "HEAD", "POST"))
def edit_own_profile(request: PortalRequest) -> HttpResponse:
    """Show and save the signed-in person's name and language."""
    return edit_profile(request, template="portals/agency/profile.html")
