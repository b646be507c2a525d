"""Language and time zone: the person's, else the agency's, else the browser's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from portals.shared.requests import PortalRequest, as_portal_request

LANGUAGE_COOKIE: Final = "language"


class LanguageMiddleware:
    """Activates language and time zone for the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate both, answer, and go back to the defaults."""
        portal_request = as_portal_request(request)
        language = choose_language(portal_request)
        agency = portal_request.agency
        zone = agency.time_zone if agency else None
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.setdefault("Content-Language", language)
        patch_vary_headers(response, ["Accept-Language"])
        return response


def choose_language(request: PortalRequest, *, by_person: bool = True) -> str:
    """Return the code of the language to answer in.

    Args:
        request: the request.
        by_person: look at the person's profile, which needs the database.

    A choice made with the language switch (a cookie) counts as the person's until the profile
    says otherwise.
    """
    agency = request.agency
    candidates = (
        getattr(getattr(request, "user", None), "language", "") if by_person else "",
        request.COOKIES.get(LANGUAGE_COOKIE, ""),
        agency.language if agency else "",
    )
    for code in candidates:
        if translation.check_for_language(code) and code in {"it", "en"}:
            return code
    return translation.get_language_from_request(request)
