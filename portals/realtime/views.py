"""Opening a stream: an ordinary view asks for the permission, the live process does the rest."""

from __future__ import annotations

from django.http import HttpResponse

from portals.realtime.topics import issue_ticket


def hand_over(topics: list[str]) -> HttpResponse:
    """Answer with a ticket; the proxy connects the caller to the live process with it."""
    response = HttpResponse(status=204)
    response["X-Live-Ticket"] = issue_ticket(topics)
    response["Cache-Control"] = "no-store"
    return response
