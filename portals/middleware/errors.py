"""Errors that a view let pass become pages, in one place."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse

from portals.shared import errors
from portals.shared.failures import translate_failure
from portals.shared.requests import as_portal_request


class DomainErrorMiddleware:
    """Maps domain errors, and failures of what we depend on, to answers for browsers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer what a person can understand with its page; leave faults to Django."""
        if isinstance(error, DataError):  # input that no rule had refused
            return errors.bad_request(request)
        failure = translate_failure(error)
        if failure is None:
            return None
        return errors.domain_error(as_portal_request(request), error=failure)
