"""Whether a person has just proved who they are: asked before what cannot be undone."""

from __future__ import annotations

import time
from urllib.parse import urlencode

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.contrib.auth import REDIRECT_FIELD_NAME

from portals.shared.requests import PortalRequest, user_of


def is_fresh(request: PortalRequest) -> bool:
    """Tell whether the person signed in, or confirmed it, a few minutes ago."""
    records = get_authentication_records(request, user_of(request))
    newest = max((record.get("at", 0) for record in records), default=0)
    return bool(time.time() - newest < app_settings.REAUTHENTICATION_TIMEOUT)


def confirm_address(request: PortalRequest, *, then: str) -> str:
    """Return where the person confirms who they are, and goes on to an address."""
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    page = methods[0]["url"] if methods else then
    return f"{page}?{urlencode({REDIRECT_FIELD_NAME: then})}" if methods else then
