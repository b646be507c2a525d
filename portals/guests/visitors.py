"""Who a guest is: a signed cookie that is set with the first hold, never before.

It makes a hold "mine" and says nothing else; who only looks gets none.
"""

from __future__ import annotations

import secrets
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from booking.bookers import Booker
from portals.shared.booking.desks import Desk
from portals.shared.requests import PortalRequest, address_of
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Missing
from spotex.kernel.limits import HOUR, network_of
from tenants.hosts import AgencySnapshot

_COOKIE: Final = "visitor"
_SALT: Final = "portals.guests.visitor"
_DAYS: Final = 30
_DAY_SECONDS: Final = 24 * HOUR
_KEY_BYTES: Final = 18


def agency_of(request: PortalRequest) -> AgencySnapshot:
    """Return the agency of the host.

    Raises:
        Missing: the host is nobody's.
    """
    if request.agency is None:
        raise Missing(_("There is nothing at this address."))
    return request.agency


def network_key(request: PortalRequest) -> str:
    """Return by what a visitor without an account is counted."""
    return network_of(address_of(request))


def desk_of(request: PortalRequest, *, name: str = "", email: str = "") -> Desk:
    """Return the desk at which a guest stands; without a cookie it is nobody's yet."""
    key = request.get_signed_cookie(_COOKIE, default="", salt=_SALT, max_age=_DAYS * _DAY_SECONDS)
    return _make_desk(request, key=key or "", name=name, email=email)


def desk_of_nobody(request: PortalRequest) -> Desk:
    """Return a desk at which somebody only looks, whoever it is."""
    return _make_desk(request, key="", name="", email="")


def desk_of_new(request: PortalRequest) -> Desk:
    """Return the desk of a guest who begins to hold: known already, or new."""
    desk = desk_of(request)
    if desk.booker.key:
        return desk
    return _make_desk(request, key=f"guest_{secrets.token_urlsafe(_KEY_BYTES)}", name="", email="")


def remember(response: HttpResponse, desk: Desk) -> HttpResponse:
    """Let the browser know the guest again."""
    response.set_signed_cookie(
        _COOKIE,
        desk.booker.key,
        salt=_SALT,
        max_age=_DAYS * _DAY_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def _make_desk(request: PortalRequest, *, key: str, name: str, email: str) -> Desk:
    agency = agency_of(request)
    actor = Actor(
        user_id=None,
        name=name or _("Guest"),
        email=email,
        language=request.LANGUAGE_CODE,
        portal=request.portal,
        agency_id=agency.id,
        agency_public_id=agency.public_id,
        agency_slug=agency.slug,
        schema=agency.schema_name,
        address=address_of(request),
    )
    booker = Booker(key=key, name=name, email=email, language=request.LANGUAGE_CODE, is_guest=True)
    return Desk(booker=booker, actor=actor, pages="guest-")
