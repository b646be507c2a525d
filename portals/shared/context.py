"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from portals.shared.nav import list_nav_links
from portals.shared.requests import as_portal_request


def portal_context(request: HttpRequest) -> dict[str, Any]:
    """Add portal, agency, actor, menu, brand stylesheet and languages."""
    portal_request = as_portal_request(request)
    agency = portal_request.agency
    return {
        "portal": portal_request.portal,
        "agency": agency,
        "actor": portal_request.actor,
        "brand": agency.brand_name if agency else "Spotex",
        "brand_css": _brand_css(agency.brand_digest) if agency else "",
        "nav": SimpleLazyObject(lambda: list_nav_links(portal_request)),
        "languages": settings.LANGUAGES,
        "base_domain": settings.SPOTEX_BASE_DOMAIN,
        "url_port": settings.SPOTEX_URL_PORT,
        "has_mailbox": settings.SPOTEX_MAILBOX,
    }


def _brand_css(digest: str) -> str:
    try:
        return reverse("brand-css", args=[digest])
    except NoReverseMatch:
        return ""
