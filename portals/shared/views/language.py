"""The language switch."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from portals.middleware.language import LANGUAGE_COOKIE
from portals.shared.access import portal_view
from portals.shared.requests import PortalRequest
from tenants.models import User
from tenants.services.accounts import change_profile


@portal_view(public=True, methods=("POST",))
def choose(request: PortalRequest) -> HttpResponse:
    """Remember the language: in a cookie, and in the profile of a signed-in person."""
    code = request.POST.get("language", "")
    following = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}):
        following = "/"
    response = redirect(following)
    if code in dict(settings.LANGUAGES):
        response.set_cookie(
            LANGUAGE_COOKIE,
            code,
            max_age=31_536_000,
            samesite="Lax",
            secure=settings.PRODUCTION,
        )
        if isinstance(request.user, User):
            change_profile(
                request.user,
                full_name=request.user.full_name,
                language=code,
                actor=request.actor,
            )
    return response
