"""The agency's colours and logo, cached for good under a name that changes with them."""

from __future__ import annotations

from typing import Final

from django.core.files.storage import default_storage
from django.http import HttpResponse

from portals.shared.access import portal_view
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import Missing
from tenants.branding import write_stylesheet

FOREVER: Final = "public, max-age=31536000, immutable"
_LOGO_TYPES: Final = {"svg": "image/svg+xml", "png": "image/png"}


@portal_view(public=True)
def brand_css(request: PortalRequest, digest: str) -> HttpResponse:
    """Return the custom properties that make the portal look like the agency."""
    agency = request.agency
    if agency is None or digest != agency.brand_digest:
        raise Missing("No such stylesheet.")
    response = HttpResponse(write_stylesheet(agency.brand_color), content_type="text/css")
    response["Cache-Control"] = FOREVER
    return response


@portal_view(public=True)
def brand_logo(request: PortalRequest, filename: str) -> HttpResponse:
    """Return the agency's logo; an SVG can do nothing even when opened by itself."""
    agency = request.agency
    if agency is None or not agency.brand_logo or agency.brand_logo.rsplit("/", 1)[-1] != filename:
        raise Missing("No such picture.")
    with default_storage.open(agency.brand_logo) as logo:  # at most 2 MB, checked at upload
        content = logo.read()
    response = HttpResponse(
        content,
        content_type=_LOGO_TYPES[filename.rsplit(".", 1)[-1]],
    )
    response["Cache-Control"] = FOREVER
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
