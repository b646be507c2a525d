"""Whether the visitor needs a second factor here before anything else opens.

The agency's rule decides on its own hosts; the staff admin always asks for one. What the rule
says is looked at first, because it costs nothing: where nobody needs a factor nothing is asked of
the database.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from portals.shared.requests import PortalRequest
from tenants.factors import has_factor, is_factor_asked, is_factor_required
from tenants.states import PortalName

_KNOWN: Final = "_has_factor"


def must_set_factor_up(request: PortalRequest, *, at: datetime) -> bool:
    """Tell whether the signed-in person lacks a factor that is required here."""
    return _is_required(request, at=at) and not _has_factor(request)


def find_factor_deadline(request: PortalRequest, *, at: datetime) -> date | None:
    """Return the day from which the person will need a factor that they do not have yet."""
    agency = request.agency
    if agency is None or not request.actor.is_authenticated:
        return None
    asked = is_factor_asked(agency, is_contact=_is_contact(request))
    if not asked or _is_required(request, at=at) or _has_factor(request):
        return None
    return agency.factor_required_on


def _is_required(request: PortalRequest, *, at: datetime) -> bool:
    if request.portal == PortalName.ADMIN:
        return True
    if request.agency is None:
        return False
    return is_factor_required(request.agency, is_contact=_is_contact(request), at=at)


def _is_contact(request: PortalRequest) -> bool:
    return request.portal == PortalName.CUSTOMER


def _has_factor(request: PortalRequest) -> bool:
    """Look once in a request."""
    known = getattr(request, _KNOWN, None)
    if known is None:
        known = has_factor(request.user.pk or 0)
        setattr(request, _KNOWN, known)
    return bool(known)
