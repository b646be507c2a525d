"""Opening a stream: an ordinary view asks for the permission, the live process does the rest."""

from __future__ import annotations

from django.http import HttpResponse

from portals.realtime.topics import issue_ticket, support_topic
from spotex.kernel.actor import Actor


def hand_over(actor: Actor, *topics: str, follower: str = "") -> HttpResponse:
    """Answer with a ticket; the proxy connects the caller to the live process with it.

    ``follower`` says whose streams are counted where nobody is signed in.
    """
    response = HttpResponse(status=204)
    followed = [*topics, support_topic(actor.support_session)] if actor.support_session else topics
    follower = actor.impersonator_public_id or actor.user_public_id or follower
    response["X-Live-Ticket"] = issue_ticket(list(followed), follower=follower)
    response["Cache-Control"] = "no-store"
    return response
