"""Request ids: taken from the caller or made here, echoed, and on every log line."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final

from django.http import HttpRequest, HttpResponse

_SHAPE: Final = re.compile(r"^[A-Za-z0-9._-]{1,64}$")

request_id: ContextVar[str] = ContextVar("request_id", default="-")
agency_slug: ContextVar[str] = ContextVar("agency_slug", default="-")


class RequestFilter(logging.Filter):
    """Adds the request's id and agency to a log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the two fields; never drop a record."""
        record.request_id = request_id.get()
        record.agency = agency_slug.get()
        return True


class RequestLogMiddleware:
    """Gives every request an id and answers with it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the request, pass it on, echo the name."""
        given = request.headers.get("X-Request-ID", "")
        identity = given if _SHAPE.match(given) else secrets.token_hex(8)
        request_id.set(identity)
        agency_slug.set("-")
        response = self.get_response(request)
        response["X-Request-ID"] = identity
        return response
