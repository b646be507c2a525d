"""Photos of spaces as files, cached for good: their content never changes."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse

from booking.access import access_photo
from portals.shared.access import portal_view
from portals.shared.requests import PortalRequest

_FOREVER: Final = "max-age=31536000, immutable"


@portal_view(public=True)
def send_large(request: PortalRequest, public_id: str) -> HttpResponse:
    """Send a photo as large as we have it."""
    return _send(bytes(access_photo(request.actor, public_id).large))


@portal_view(public=True)
def send_small(request: PortalRequest, public_id: str) -> HttpResponse:
    """Send a photo for lists and phones."""
    return _send(bytes(access_photo(request.actor, public_id).small))


def _send(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type="image/jpeg")
    # Private: a photo of a space for customers only must not lie in a cache for everybody.
    response["Cache-Control"] = f"private, {_FOREVER}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
