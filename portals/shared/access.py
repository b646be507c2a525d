"""The door of every HTML view: signed in, in the right portal, with the permission.

Each view is marked with what it asks for; a guard test walks all urlconfs and fails on a view
without a mark.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect

from portals.shared import errors
from portals.shared.factors.rule import must_set_factor_up
from portals.shared.htmx import go
from portals.shared.requests import PortalRequest
from tenants.access import require
from tenants.permissions import Permission

Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[PortalRequest, Parameters], HttpResponse]


@dataclass(frozen=True)
class PortalAccess:
    """What a view asks of its visitor."""

    permission: Permission | None
    public: bool
    without_factor: bool = False
    methods: tuple[str, ...] = ("GET", "HEAD")


def portal_view(
    permission: Permission | None = None,
    *,
    public: bool = False,
    without_factor: bool = False,
    methods: tuple[str, ...] = ("GET", "HEAD"),
) -> Callable[[View[Parameters]], Callable[..., HttpResponse]]:
    """Let in who may: everybody if ``public``, else whoever has a role here and the permission.

    Args:
        permission: what the role must carry; None for any role in this portal.
        public: no sign-in needed.
        without_factor: open also to those who must set a second factor up first.
        methods: HTTP methods that the view answers.
    """

    def decorate(view: View[Parameters]) -> Callable[..., HttpResponse]:
        access = PortalAccess(
            permission=permission, public=public, without_factor=without_factor, methods=methods
        )

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            portal_request = cast("PortalRequest", request)
            if request.method not in methods:
                return errors.method_not_allowed(portal_request, allowed=methods)
            refusal = None if public else _refuse(portal_request, access=access)
            return refusal or view(portal_request, *args, **kwargs)

        marked = cast("Any", guarded)
        marked.portal_access = access
        return cast("Callable[..., HttpResponse]", guarded)

    return decorate


def _refuse(request: PortalRequest, *, access: PortalAccess) -> HttpResponse | None:
    if isinstance(request.user, AnonymousUser) or not request.user.is_authenticated:
        return _to_login(request, access=access)
    if not request.actor.is_authenticated:
        return errors.no_role(request)
    if not access.without_factor and must_set_factor_up(request, at=timezone.now()):
        return go(request, reverse("mfa_index"))
    if access.permission is not None:
        require(request.actor, access.permission)
    return None


def _to_login(request: PortalRequest, *, access: PortalAccess) -> HttpResponse:
    if request.htmx:
        # A fragment must never contain the sign-in page: send the whole window there.
        here = request.htmx.current_url_abs_path or "/"
        return HttpResponseClientRedirect(_login_address(here))
    if "GET" in access.methods:
        return redirect(_login_address(request.get_full_path()))
    return redirect(_login_address(_page_before(request)))


def _page_before(request: PortalRequest) -> str:
    """Return the page of this host that a button was on: what the button does is no page."""
    before = urlsplit(request.headers.get("Referer", ""))
    if before.netloc != request.get_host() or not before.path.startswith("/"):
        return "/"
    return before._replace(scheme="", netloc="", fragment="").geturl()


def _login_address(following: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': following})}"
