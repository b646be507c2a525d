"""Who is asking: from the session's user to an actor of this portal."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from portals.shared.actors import find_actor
from portals.shared.requests import PortalRequest, as_portal_request
from portals.shared.support import find_support_actor, is_under_support
from spotex.kernel.actor import Actor


class ActorMiddleware:
    """Sets ``request.actor``, looked up when it is first needed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Attach the lazy actor."""
        portal_request = as_portal_request(request)
        portal_request.actor = cast("Actor", SimpleLazyObject(lambda: _find_actor(portal_request)))
        return self.get_response(request)


def _find_actor(request: PortalRequest) -> Actor:
    return find_support_actor(request) if is_under_support(request) else find_actor(request)
