"""Programs that call with an API key: one statement tells who they are and what they may do.

Nothing is remembered between calls, so that a revoked key, a maker who left and a role that
changed count at once, in every process.
"""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from typing_extensions import override

from portals.api.auth import (
    KEY_HEADER,
    Identity,
    adopt,
    host_request,
    require_open_agency,
    require_right_portal,
)
from portals.api.errors import AUTHENTICATE, Refusal
from portals.shared.requests import PortalRequest, address_of
from spotex.kernel.tenancy import enter_schema
from tenants.access import actor_of_key
from tenants.hosts import AgencySnapshot, snapshot_of
from tenants.models import ApiKey
from tenants.selectors import compute_key_state, find_api_key
from tenants.services.keys import note_key_use
from tenants.states import KeyState


class KeyAuthentication(BaseAuthentication):
    """``X-API-Key: key_…``."""

    def authenticate(self, request: Request) -> tuple[None, Identity] | None:
        """Return the program that calls, None without a key.

        Raises:
            Refusal: the key is not good (401), not for this host (403), or its agency is
                suspended (402).
        """
        secret = request.headers.get(KEY_HEADER)
        if secret is None:
            return None
        here = host_request(request)
        key = _require_working(find_api_key(secret.strip()))
        agency = _require_right_host(key, request=here)
        require_open_agency(agency)
        address = address_of(here)
        note_key_use(key, at=timezone.now(), address=address)
        enter_schema(agency.schema_name)
        identity = Identity(
            user=None,
            agency=agency,
            actor=actor_of_key(key, agency=agency, address=address),
            requests_per_minute=key.requests_per_minute,
        )
        adopt(identity, request=request)
        return None, identity

    @override
    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return AUTHENTICATE


def _require_working(key: ApiKey | None) -> ApiKey:
    if key is None:
        raise _refuse(_("The API key is not valid."), code="key_invalid")
    state = compute_key_state(key, at=timezone.now())
    if state == KeyState.REVOKED:
        raise _refuse(_("The API key is revoked."), code="key_revoked")
    if state == KeyState.EXPIRED:
        raise _refuse(_("The API key has expired."), code="key_expired")
    if state == KeyState.DISABLED:
        raise _refuse(
            _("The API key is disabled: the person who made it no longer has access."),
            code="key_disabled",
        )
    return key


def _refuse(message: str, *, code: str) -> Refusal:
    return Refusal(message, code=code, status=401)


def _require_right_host(key: ApiKey, *, request: PortalRequest) -> AgencySnapshot:
    """Return the key's agency, which must be the host's if the host has one."""
    if request.agency is None:
        return snapshot_of(key.agency)
    if request.agency.id != key.agency_id:
        raise Refusal(
            _("This API key belongs to another agency than the one at this address."),
            code="wrong_agency",
            status=403,
        )
    require_right_portal(request, is_contact=False)
    return request.agency
