"""Domain errors that a view let pass become pages, in one place."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portals.shared import errors
from portals.shared.requests import as_portal_request
from spotex.kernel.errors import DomainError


class DomainErrorMiddleware:
    """Maps the five kinds of domain error to answers for browsers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer a domain error with its page; leave everything else to Django."""
        if isinstance(error, DomainError):
            return errors.domain_error(as_portal_request(request), error=error)
        return None
