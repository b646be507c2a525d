"""Support sessions end on the very next request, and stop at closed doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from portals.shared import errors
from portals.shared.requests import as_portal_request
from portals.shared.support import (
    BEGIN,
    find_support_row,
    is_open_to_support,
    is_under_support,
    leave_support,
)


class SupportMiddleware:
    """Looks after requests of support sessions; costs others nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        _args: tuple[Any, ...],
        _kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        """End what is over; refuse what support must not do."""
        portal_request = as_portal_request(request)
        if not is_under_support(portal_request):
            return None
        match = request.resolver_match
        if match is not None and match.url_name == BEGIN:
            return None
        row = find_support_row(portal_request)
        if row is None or not portal_request.actor.is_authenticated:
            leave_support(portal_request)
            return errors.support_ended(portal_request)
        if not is_open_to_support(portal_request, view, writes=row.writes):
            return errors.support_closed(portal_request)
        return None
