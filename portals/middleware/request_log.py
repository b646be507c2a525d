"""Request ids and what is said and counted about every answer.

The id is taken from the caller or made here, echoed, and on every log line.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from spotex.kernel.metrics import REQUEST_SECONDS, REQUESTS
from spotex.kernel.trace import begin_trace, portal_name, user_agent, user_id

_SHAPE: Final = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

logger = logging.getLogger("spotex.requests")


class RequestLogMiddleware:
    """Gives every request an id, answers with it, and notes what became of it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the request, pass it on, echo the name."""
        started = time.perf_counter()
        given = request.headers.get("X-Request-ID", "")
        identity = given if _SHAPE.match(given) else secrets.token_hex(8)
        begin_trace(identity)
        user_agent.set(request.headers.get("User-Agent", "") or "-")
        response = self.get_response(request)
        response["X-Request-ID"] = identity
        _note(request, response, seconds=time.perf_counter() - started)
        return response


def _note(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    portal = str(getattr(request, "portal", "") or "-")
    portal_name.set(portal)
    route = _name_route(request)
    method = request.method if request.method in _METHODS else "OTHER"
    REQUESTS.labels(portal, route, method, str(response.status_code)).inc()
    REQUEST_SECONDS.labels(portal, route).observe(seconds)
    if logger.isEnabledFor(logging.INFO):
        user_id.set(_find_user(request))
        logger.info(
            "%s %s %s",
            method,
            request.path,
            response.status_code,
            extra={
                "method": method,
                "route": route,
                "status": response.status_code,
                "duration_ms": round(seconds * 1_000, 1),
            },
        )


def _name_route(request: HttpRequest) -> str:
    """Return the view's name: bounded, where paths are not."""
    match = request.resolver_match
    return (match.view_name or "unnamed") if match else "none"


def _find_user(request: HttpRequest) -> str:
    """Return who asked if that is known already; never look it up for the log."""
    if user_id.get() != "-":
        return user_id.get()
    user = getattr(request, "_cached_user", None)
    return str(getattr(user, "public_id", "") or "-")
