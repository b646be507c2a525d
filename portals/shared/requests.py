"""The request as portals see it."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from spotex.kernel.actor import ANONYMOUS, Actor
from tenants.hosts import AgencySnapshot, url_for
from tenants.models import User
from tenants.states import PortalName

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class PortalRequest(HttpRequest):
    """A request whose host is known. The attributes are set by the middleware."""

    portal: PortalName
    agency: AgencySnapshot | None
    actor: Actor
    htmx: HtmxDetails
    urlconf: str
    user: User | AnonymousUser


def as_portal_request(request: HttpRequest) -> PortalRequest:
    """Give a request its portal attributes, with nobody's values until they are known."""
    for name, value in (("portal", PortalName.PUBLIC), ("agency", None), ("actor", ANONYMOUS)):
        if not hasattr(request, name):
            setattr(request, name, value)
    return cast("PortalRequest", request)


def url_of(request: HttpRequest, path: str) -> str:
    """Return the address of a path on the host that was asked, which is the visitor's own."""
    return url_for(request.get_host().split(":", 1)[0], path)


def address_of(request: HttpRequest) -> str:
    """Return the caller's address: what the proxy, the only one in front of us, saw."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    return (forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", ""))[:45]


def user_of(request: PortalRequest) -> User:
    """Return the signed-in person; only for views that let nobody else in."""
    return cast("User", request.user)
