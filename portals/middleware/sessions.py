"""Sessions that work on one host only.

A session remembers the portal and the agency in which it began. Presented elsewhere it is
neither used nor destroyed: the request simply has no session. Users and sessions live in the
public schema, so without this a copied cookie would open other agencies' doors.
"""

from __future__ import annotations

from typing import Final

from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse

from portals.shared.requests import PortalRequest, as_portal_request

BINDING: Final = "_portal"


class PortalSessionMiddleware(SessionMiddleware):
    """Django's sessions, bound to portal and agency."""

    def process_request(self, request: HttpRequest) -> None:
        """Load the session, or a fresh one if it began elsewhere."""
        super().process_request(request)
        binding = _binding_of(as_portal_request(request))
        if request.session.session_key and request.session.get(BINDING) != binding:
            request.session = self.SessionStore()

    def process_response(
        self,
        request: HttpRequest,
        response: HttpResponse,
    ) -> HttpResponse:
        """Bind a session before it is saved for the first time."""
        session = getattr(request, "session", None)
        if session is not None and session.modified and not session.is_empty():
            session[BINDING] = _binding_of(as_portal_request(request))
        return super().process_response(request, response)


def _binding_of(request: PortalRequest) -> str:
    agency = request.agency
    return f"{request.portal}:{agency.public_id if agency else ''}"
