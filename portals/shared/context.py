"""What every template may use."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from booking.selectors.places import list_public_spaces
from portals.shared.factors.rule import find_factor_deadline
from portals.shared.nav import Menu, list_nav_links
from portals.shared.requests import PortalRequest, as_portal_request
from portals.shared.shortcuts import list_shortcut_groups
from portals.shared.support import find_support_notice
from tenants.states import PortalName

_PROFILES: Final = {
    PortalName.AGENCY: "agency:profile-change",
    PortalName.CUSTOMER: "customer:profile-change",
}
_FRAMES: Final = {
    PortalName.AGENCY: "portals/agency/account.html",
    PortalName.CUSTOMER: "portals/customer/account.html",
    PortalName.ADMIN: "portals/admin/account.html",
}
_SEARCHES: Final = {
    PortalName.AGENCY: "agency:search",
    PortalName.CUSTOMER: "customer:search",
}
_SHORTCUTS: Final = {
    PortalName.AGENCY: "agency:shortcuts-change",
    PortalName.CUSTOMER: "customer:shortcuts-change",
}


def portal_context(request: HttpRequest) -> dict[str, Any]:
    """Add portal, agency, actor, menu, brand stylesheet and languages."""
    portal_request = as_portal_request(request)
    agency = portal_request.agency
    return {
        "portal": portal_request.portal,
        "agency": agency,
        "support": SimpleLazyObject(lambda: find_support_notice(portal_request)),
        "actor": portal_request.actor,
        "brand": agency.brand_name if agency else "Spotex",
        "brand_css": _brand_css(agency.brand_digest) if agency else "",
        "nav": SimpleLazyObject(lambda: list_nav_links(portal_request, counts=True)),
        "settings_nav": SimpleLazyObject(
            lambda: list_nav_links(portal_request, menu=Menu.SETTINGS),
        ),
        "account_nav": SimpleLazyObject(
            lambda: list_nav_links(portal_request, menu=Menu.ACCOUNT),
        ),
        "shortcut_groups": SimpleLazyObject(lambda: list_shortcut_groups(portal_request)),
        "languages": settings.LANGUAGES,
        "base_domain": settings.SPOTEX_BASE_DOMAIN,
        "url_port": settings.SPOTEX_URL_PORT,
        "has_mailbox": settings.SPOTEX_MAILBOX,
        "account_frame": _FRAMES.get(portal_request.portal, ""),
        "factor_deadline": SimpleLazyObject(
            lambda: find_factor_deadline(portal_request, at=timezone.now()),
        ),
        "guest_url": SimpleLazyObject(lambda: _find_guest_url(portal_request)),
        "profile_url": _find_url(_PROFILES.get(portal_request.portal)),
        "shortcuts_url": _find_url(_SHORTCUTS.get(portal_request.portal)),
        "search_url": _find_url(_SEARCHES.get(portal_request.portal)),
    }


def _find_url(name: str | None) -> str:
    return reverse(name) if name else ""


def _find_guest_url(request: PortalRequest) -> str:
    """Return where guests book without an account, if there is anything for them on this host."""
    if request.portal != PortalName.CUSTOMER or request.agency is None:
        return ""
    return reverse("guest-space-list") if list_public_spaces().exists() else ""


def _brand_css(digest: str) -> str:
    try:
        return reverse("brand-css", args=[digest])
    except NoReverseMatch:
        return ""
