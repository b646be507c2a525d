"""Every view says who may come in."""

from __future__ import annotations

import pytest
from django.test import Client

from conftest import ClientFor
from portals.api.endpoint import Endpoint
from portals.shared.access import PortalAccess
from portals.tests.routes import Route, list_routes
from tenants.models import User
from tenants.permissions import Permission

OPEN_WITHOUT_A_MARK = {
    "account_login": "allauth: signing in",
    "account_logout": "allauth: signing out, does nothing for strangers",
    "account_signup": "allauth: closed by the adapter, shows where to go",
    "account_inactive": "allauth: says that an account is closed",
    "account_reauthenticate": "allauth: asks for a session itself",
    "account_change_password": "allauth: asks for a session itself",
    "account_set_password": "allauth: asks for a session itself",
    "account_reset_password": "allauth: recovery begins without a session",
    "account_reset_password_done": "allauth: recovery begins without a session",
    "account_reset_password_from_key": "allauth: the key in the address is the permission",
    "account_reset_password_from_key_done": "allauth: recovery ends without a session",
    "account_email_verification_sent": "allauth: says to look into the mailbox",
    "account_confirm_email": "allauth: the key in the address is the permission",
    "mfa_authenticate": "allauth: the second step, behind the first",
    "mfa_reauthenticate": "allauth: asks for a session itself",
    "mfa_activate_totp": "allauth: asks for a fresh proof of the person",
    "mfa_deactivate_totp": "allauth: asks for a fresh proof of the person",
    "mfa_view_recovery_codes": "allauth: asks for a fresh proof of the person",
    "mfa_generate_recovery_codes": "allauth: asks for a fresh proof of the person",
    "mfa_add_webauthn": "allauth: asks for a fresh proof of the person",
    "mfa_edit_webauthn": "allauth: asks for a fresh proof of the person",
    "mfa_remove_webauthn": "allauth: asks for a fresh proof of the person",
    "mfa_reauthenticate_webauthn": "allauth: asks for a session itself",
    "mfa_login_webauthn": "allauth: signing in",
}
ROUTES = list_routes()
PORTAL_ROUTES = [route for route in ROUTES if route.portal != "admin"]


def _is_of_allauth(route: Route) -> bool:
    kinds = getattr(route.view, "view_class", object).__mro__
    return any(kind.__module__.startswith("allauth.") for kind in kinds) or (
        route.module.startswith("allauth.")
    )


@pytest.mark.parametrize("route", PORTAL_ROUTES, ids=str)
def test_every_view_is_marked(route: Route) -> None:
    if route.name in OPEN_WITHOUT_A_MARK:
        assert _is_of_allauth(route)
        return

    assert isinstance(getattr(route.view, "portal_access", None), PortalAccess)


def test_no_exception_outlives_its_view() -> None:
    unmarked = {route.name for route in ROUTES if not hasattr(route.view, "portal_access")}

    assert set(OPEN_WITHOUT_A_MARK) <= unmarked


@pytest.mark.parametrize("route", PORTAL_ROUTES, ids=str)
def test_every_endpoint_asks_for_a_token_or_is_public(route: Route) -> None:
    endpoint = getattr(route.view, "cls", None)
    if endpoint is None:
        return

    assert issubclass(endpoint, Endpoint)
    closed = bool(endpoint().get_authenticators()) and bool(endpoint().get_permissions())
    assert closed != endpoint.public


PUBLIC_ON_BRANDED_HOSTS = {
    "set_language",
    "gallery",
    "brand-css",
    "brand-logo",
    "brand-icon",
    "invitation",
    "support-begin",
    "status-page",
    "payment-page",
    "feed-file",
    # Guests: what is open to everybody, holds of the cookie, reservations of the signed link.
    *("guest-space-list", "guest-space-detail", "guest-space-hold", "guest-live-space"),
    *("guest-hold-book", "guest-hold-verify", "guest-hold-release", "guest-hold-voucher"),
    "guest-hold-equipment",
    *("guest-wish-create", "guest-wish-confirm", "guest-wish-detail", "guest-wish-leave"),
    *("guest-reservation-detail", "guest-reservation-pay", "guest-reservation-cancel"),
    *("guest-reservation-notes", "guest-reservation-equipment", "guest-reservation-extend"),
    *("guest-reservation-download", "guest-frame", "guest-widget"),
    # Of spaces for guests; others ask who is there.
    *("photo-large", "photo-small"),
}


def test_branded_portals_show_little_to_strangers() -> None:
    found = {
        route.name
        for route in list_routes("agency", "customer")
        if not route.pattern.startswith("api/")
        and route.name not in OPEN_WITHOUT_A_MARK
        and route.view.portal_access.public
    }

    assert found <= PUBLIC_ON_BRANDED_HOSTS


def test_every_permission_is_asked_for_by_a_view_or_endpoint() -> None:
    asked = {
        route.view.portal_access.permission
        for route in list_routes("agency", "customer")
        if hasattr(route.view, "portal_access")
    }

    assert asked - {None} <= set(Permission)
    assert {Permission.SITE_DEPLOY, Permission.MEMBER_MANAGE, Permission.AGENCY_MANAGE} <= asked


def test_names_of_addresses_are_unique_in_a_portal() -> None:
    for portal in ("public", "doors", "agency", "customer", "api"):
        html, api = [], []
        for route in list_routes(portal):
            (api if route.pattern.startswith("api/v1/") else html).append(route.name)

        assert sorted(html) == sorted(set(html)), portal
        assert sorted(api) == sorted(set(api)), portal


OWN_PAGES = {"mfa_index", "device-list", "device-end", "device-end-all"}
"""Show and change the account of whoever is signed in, and nothing else."""

ADMIN_OPEN = {
    *("login", "logout", "jsi18n", "set_language", "gallery"),
    *OWN_PAGES,
    *OPEN_WITHOUT_A_MARK,
}


def _admin_path(route: Route) -> str:
    path = route.pattern.replace("^", "").replace("$", "")
    for part in ("<path:object_id>", "<path:content_type_id>", "<str:object_id>"):
        path = path.replace(part, "1")
    return "/" + path.replace("(?P<app_label>", "").replace("(?P<url>.*)", "x").replace(")/", "/")


ADMIN_ROUTES = [route for route in list_routes("admin") if route.name not in ADMIN_OPEN]


def test_the_admin_lets_nobody_in(client_for: ClientFor, owner: User, stranger: User) -> None:
    opened = []
    for user in (None, owner, stranger):
        client = Client(HTTP_HOST="admin.localhost")
        if user is not None:
            client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
            session = client.session
            session["_portal"] = "admin:"
            session.save()
        for route in ADMIN_ROUTES:
            status = client.get(_admin_path(route)).status_code
            if status not in {301, 302, 403, 404, 405}:
                opened.append((str(user), str(route), status))

    assert len(ADMIN_ROUTES) > 20
    assert opened == []
