"""Support sessions on a portal's host: whose place, for how long, and what stays closed.

The session is signed in as the member of the staff, never as the person in whose place they act:
no page can change the sign-in of that person. The row is asked for at each request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from django.contrib.auth import login, logout
from django.utils import timezone

from portals.shared.access import PortalAccess
from portals.shared.actors import find_member_actor
from portals.shared.requests import PortalRequest, address_of, user_of
from spotex.kernel.actor import ANONYMOUS, Actor, Via
from tenants.access import actor_under_support
from tenants.customers.access import actor_of_contact
from tenants.customers.selectors import list_active_contacts
from tenants.hosts import AgencySnapshot
from tenants.models import Impersonation
from tenants.selectors import find_open_support
from tenants.states import PortalName

SUPPORT: Final = "_support"
"""Session key: public id of the support session."""

BEGIN: Final = "support-begin"
END: Final = "support-end"
_LEAVING: Final = frozenset({BEGIN, END})
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_BACKEND: Final = "allauth.account.auth_backends.AuthenticationBackend"
_KNOWN: Final = "_support_row"

_PERSONAL: Final = ("/accounts/", "/profile/", "/security/", "/devices/", "/notifications/")
"""Pages about the signed-in person: here that is the member of the staff."""

_FILES: Final = ("-export", "-download")
"""Ends of the names of views that hand data out as a file."""


@dataclass(frozen=True, kw_only=True)
class SupportNotice:
    """What every page says while support acts."""

    staff: str
    person: str
    reason: str
    writes: bool
    until: datetime


def is_under_support(request: PortalRequest) -> bool:
    """Tell whether this browser's session began as a support session, over or not."""
    session = request.session
    return bool(session.session_key and session.get(SUPPORT))


def enter_support(request: PortalRequest, support: Impersonation, *, at: datetime) -> None:
    """Begin a session of its own for a support session; whatever was open here is gone."""
    logout(request)
    login(request, support.staff, backend=_BACKEND)
    request.session[SUPPORT] = support.public_id
    request.session.set_expiry(max(1, int((support.expires_at - at).total_seconds())))


def leave_support(request: PortalRequest) -> None:
    """Forget the session of this browser; the rest of the request is nobody's."""
    logout(request)
    request.actor = ANONYMOUS
    setattr(request, _KNOWN, None)


def find_support_row(request: PortalRequest) -> Impersonation | None:
    """Return the support session of this request while it holds; looked up once."""
    if not hasattr(request, _KNOWN):
        setattr(request, _KNOWN, _look_up(request))
    return cast("Impersonation | None", getattr(request, _KNOWN))


def _look_up(request: PortalRequest) -> Impersonation | None:
    if request.agency is None or not request.user.is_authenticated:
        return None
    return find_open_support(
        str(request.session[SUPPORT]),
        agency_id=request.agency.id,
        portal=request.portal,
        staff_id=user_of(request).pk,
        at=timezone.now(),
    )


def find_support_actor(request: PortalRequest) -> Actor:
    """Return the person's actor as support may use it, ``ANONYMOUS`` when the session is over."""
    support = find_support_row(request)
    if support is None or request.agency is None:
        return ANONYMOUS
    actor = _person_actor(support, agency=request.agency, address=address_of(request))
    return actor_under_support(actor, support=support) if actor.is_authenticated else ANONYMOUS


def _person_actor(support: Impersonation, *, agency: AgencySnapshot, address: str) -> Actor:
    if support.portal == PortalName.AGENCY:
        return find_member_actor(
            user_id=support.person_id, agency=agency, via=Via.BROWSER, address=address
        )
    contact = list_active_contacts(public_id=support.contact_public_id).first()
    if contact is None or contact.user_id != support.person_id:
        return ANONYMOUS
    return actor_of_contact(contact, agency=agency, via=Via.BROWSER, address=address)


def find_support_notice(request: PortalRequest) -> SupportNotice | None:
    """Return what the page says about the support session, None without one."""
    if not request.actor.support_session:
        return None
    row = find_support_row(request)
    if row is None:
        return None
    return SupportNotice(
        staff=row.staff.full_name,
        person=str(row.person),
        reason=row.reason,
        writes=row.writes,
        until=row.expires_at,
    )


def is_open_to_support(request: PortalRequest, view: Callable[..., Any], *, writes: bool) -> bool:
    """Tell whether support may call a view; what it does not know of is closed.

    Views that change something must ask for a permission, which the actor has only if support may
    have it: personal pages, which ask for none, stay closed.
    """
    match = request.resolver_match
    name = match.url_name or "" if match else ""
    if name in _LEAVING:
        return True
    if hasattr(view, "cls"):  # the API reads tokens and keys, never this session
        return True
    access = getattr(view, "portal_access", None)
    if not isinstance(access, PortalAccess) or request.path.startswith(_PERSONAL):
        return False
    if request.method in _SAFE:
        return not name.endswith(_FILES)
    return writes and access.permission is not None
