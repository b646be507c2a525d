"""Remembers where people are signed in, without a query for each request.

The moment of the last note stands in the session, which is loaded anyway; the row is written
again when that is some minutes old.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from portals.shared.devices import is_seen_lately, note_browser
from portals.shared.requests import as_portal_request


class DeviceMiddleware:
    """Writes down the browser of a signed-in person, now and then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the browser before the answer, so that its page shows it."""
        portal_request = as_portal_request(request)
        if SESSION_KEY in request.session:
            now = timezone.now()
            if not is_seen_lately(portal_request, at=now) and request.user.is_authenticated:
                note_browser(portal_request, at=now)
        return self.get_response(request)
