"""The person's own pages about signing in: second factors and devices; the same on every host."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portals.shared.access import portal_view
from portals.shared.actors import acting_person
from portals.shared.agents import name_device
from portals.shared.devices import (
    API,
    NO_ADDRESS,
    end_one_session,
    find_open_session,
    list_open_sessions,
)
from portals.shared.factors.rule import find_factor_deadline, must_set_factor_up
from portals.shared.factors.views import works_here
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate
from portals.shared.requests import PortalRequest, user_of
from spotex.kernel.errors import Missing
from tenants.services.sessions import sign_out_everywhere
from tenants.states import PortalName


@dataclass(frozen=True, kw_only=True)
class PasskeyRow:
    """A passkey as the page shows it."""

    pk: int
    name: str
    created_at: datetime
    last_used_at: datetime | None
    works_here: bool


@dataclass(frozen=True, kw_only=True)
class DeviceRow:
    """A place where the person is signed in."""

    public_id: str
    device: str
    address: str
    portal: str
    last_seen_at: datetime
    is_api: bool
    is_this: bool


@portal_view(without_factor=True)
def show_security(request: PortalRequest) -> HttpResponse:
    """Show which second factors the person has."""
    now = timezone.now()
    rows = Authenticator.objects.filter(user=user_of(request)).order_by("pk")
    kinds: dict[str, list[Authenticator]] = {kind: [] for kind in Authenticator.Type}
    for row in rows:
        kinds[row.type].append(row)
    apps, passkeys = kinds[Authenticator.Type.TOTP], kinds[Authenticator.Type.WEBAUTHN]
    codes = kinds[Authenticator.Type.RECOVERY_CODES]
    context: dict[str, Any] = {
        "app": apps[0] if apps else None,
        "passkeys": [_show_passkey(row, request) for row in passkeys],
        "has_factor": bool(apps or passkeys),
        "codes_left": len(codes[0].wrap().get_unused_codes()) if codes else 0,
        "has_codes": bool(codes),
        "must_set_up": must_set_factor_up(request, at=now),
        "deadline": find_factor_deadline(request, at=now),
    }
    return render_page(request, "account/security.html", context)


def _show_passkey(row: Authenticator, request: PortalRequest) -> PasskeyRow:
    return PasskeyRow(
        pk=row.pk,
        name=row.wrap().name,
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        works_here=works_here(row, request),
    )


@portal_view()
def list_devices(request: PortalRequest) -> HttpResponse:
    """Show where the person is signed in."""
    page = paginate(request, list_open_sessions(user_of(request), at=timezone.now()))
    rows = [_show_device(session, request) for session in page.object_list]
    return render_page(request, "account/devices.html", {"page": page, "devices": rows})


def _show_device(session: UserSession, request: PortalRequest) -> DeviceRow:
    here = request.agency.public_id if request.agency else ""
    portal = session.data.get("portal", "")
    is_here = session.data.get("agency", "") == here and portal in PortalName
    return DeviceRow(
        public_id=session.data["id"],
        device=name_device(session.user_agent),
        address="" if session.ip == NO_ADDRESS else session.ip,
        portal=str(PortalName(portal).label) if is_here else _("Another portal of yours"),
        last_seen_at=session.last_seen_at,
        is_api=session.data.get("kind") == API,
        is_this=session.session_key == request.session.session_key,
    )


@portal_view(methods=("POST",))
def end_device(request: PortalRequest, public_id: str) -> HttpResponse:
    """Sign one device out; this one goes to the sign-in page."""
    user = user_of(request)
    session = find_open_session(user, public_id, at=timezone.now())
    if session is None:
        raise Missing(_("There is no such session."))
    if session.session_key == request.session.session_key:
        get_adapter(request).logout(request)
        return go(request, "/")
    end_one_session(user, session, actor=acting_person(request))
    toast(request, _("The device is signed out."))
    return go(request, reverse("device-list"))


@portal_view(without_factor=True, methods=("POST",))
def end_all_devices(request: PortalRequest) -> HttpResponse:
    """End every session of the person, this one too."""
    sign_out_everywhere(user_of(request), actor=acting_person(request))
    get_adapter(request).logout(request)
    toast(request, _("You are signed out everywhere."))
    return go(request, "/")
