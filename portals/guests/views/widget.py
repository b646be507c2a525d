"""The widget: free times in a frame on somebody else's website.

In the frame people only look: a choice opens the booking page in a window of its own, on the
agency's host, so that nothing depends on cookies of third parties. Only the sites that the agency
allowed may frame it.

Source: ADR 0037.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.clickjacking import xframe_options_exempt

from booking.access import access_public_space
from booking.models import Space
from booking.selectors.widgets import list_widget_origins
from portals.guests.visitors import agency_of, desk_of_nobody
from portals.shared.access import portal_view
from portals.shared.booking.days import read_day
from portals.shared.booking.desks import Desk
from portals.shared.booking.grid import view_day
from portals.shared.htmx import render_page
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import Missing

_SCRIPT: Final = "widget.js"
_HOUR: Final = "public, max-age=3600"
_LANGUAGES: Final = ("it", "en")


@xframe_options_exempt
@portal_view(public=True)
def show_frame(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show the free times of a day, for a frame."""
    space = access_public_space(public_id)
    agency, now, origins = agency_of(request), timezone.now(), list_widget_origins()
    wanted = request.GET.get("lang", "")[:2]
    with translation.override(wanted if wanted in _LANGUAGES else agency.language):
        day = read_day(request, space, now=now)
        page = reverse("guest-space-detail", args=[space.public_id])
        context = {
            "view": view_day(_desk_in_frame(request), space, day, now=now),
            "booking": f"{page}?day={day}",
            "query": f"&lang={wanted}" if wanted in _LANGUAGES else "",
            "origins": json.dumps(origins),
        }
        response = render_page(request, "portals/guests/frame.html", context)
        response["Content-Language"] = translation.get_language()
    response._csp_replace = {"frame-ancestors": origins or ["'none'"]}  # type: ignore[attr-defined]  # noqa: SLF001  what the package's own decorators do
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@dataclass(frozen=True, kw_only=True)
class _FrameDesk(Desk):
    """Where somebody looks through a frame: its links stay in it."""

    def space_url(self, space: Space) -> str:
        """Return the page of a space in the frame."""
        return reverse("guest-frame", args=[space.public_id])


def _desk_in_frame(request: PortalRequest) -> Desk:
    desk = desk_of_nobody(request)
    return _FrameDesk(booker=desk.booker, actor=desk.actor, pages=desk.pages)


@portal_view(public=True)
def send_script(request: PortalRequest) -> HttpResponse:
    """Send what makes frames of the elements of a website, under an address that stays."""
    agency_of(request)
    path = finders.find(_SCRIPT)
    if path is None:
        raise Missing("The front end is not built.")
    response = HttpResponse(Path(path).read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = _HOUR
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response
