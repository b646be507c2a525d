"""Opening a stream: an ordinary view asks for the permission, the live process does the rest."""

from __future__ import annotations

from django.http import HttpResponse

from portals.realtime.topics import issue_ticket
from spotex.kernel.actor import Actor


def hand_over(actor: Actor, *topics: str) -> HttpResponse:
    """Answer with a ticket; the proxy connects the caller to the live process with it."""
    response = HttpResponse(status=204)
    response["X-Live-Ticket"] = issue_ticket(list(topics), follower=actor.user_public_id)
    response["Cache-Control"] = "no-store"
    return response
