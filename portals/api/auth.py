"""Who calls: from a token to an actor, looked up afresh for every call, for lists every second.

The token only says who and where; role, membership and state of the agency come from the
database, so that a removed person is out at once. On a host that belongs to an agency the token
must be of that agency, and of that portal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from typing_extensions import override

from portals.api.errors import Refusal
from portals.api.recent import door_of, recent_callers
from portals.api.tokens import is_session_open, read_access_token, refuse_token
from portals.shared.actors import find_contact_actor, find_member_actor
from portals.shared.closing import notice_code, notice_for_programs
from portals.shared.requests import PortalRequest, address_of
from spotex.kernel.actor import Actor, Via
from spotex.kernel.tenancy import enter_schema
from spotex.kernel.trace import agency_slug, user_id
from tenants.factors import is_factor_required, is_factor_there
from tenants.hosts import AgencySnapshot, snapshot_of
from tenants.models import Agency, User
from tenants.services.sessions import stamp_of
from tenants.states import PortalName

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports this module

SCHEME: Final = "bearer"
KEY_HEADER: Final = "X-API-Key"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who calls, in which agency, as what."""

    user: User | None
    """None for a program with an API key."""
    agency: AgencySnapshot
    actor: Actor
    session: str = ""
    email_verified: bool = True
    requests_per_minute: int | None = None
    """What an API key may call, if that is less than the plan's figure."""
    has_factor: bool = True


class TokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer <access token>``."""

    www_authenticate_realm: ClassVar[str] = "API"

    def authenticate(self, request: Request) -> tuple[User, Identity] | None:
        """Return the caller, None without a token.

        Raises:
            Refusal: the token is not good (401), not for this host (403), its agency is
                suspended (402), or an API key came along (400).
        """
        scheme, _space, raw = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME or not raw.strip():
            return None
        if KEY_HEADER in request.headers:
            raise Refusal(
                _("Send a token or an API key, not both."),
                code="two_credentials",
                status=400,
            )
        user, identity = _recognise(raw.strip(), request=request)
        adopt(identity, request=request)
        return user, identity

    @override
    def authenticate_header(self, request: Request) -> str:
        """Return the challenge of a 401."""
        return f'Bearer realm="{self.www_authenticate_realm}"'


class VerifiedActor(BasePermission):
    """Lets in known callers; all but ``auth/*`` asks for a verified e-mail address too."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the caller is known.

        Raises:
            NotAuthenticated: no token was given.
            Refusal: the e-mail address is not verified, or the agency asks for a second factor
                that the person has not set up (403).
        """
        identity = request.auth
        if not isinstance(identity, Identity):
            raise NotAuthenticated(
                _("Send a token (“Authorization: Bearer …”) or an API key (“X-API-Key: …”)."),
            )
        if getattr(view, "needs_verified_email", True) and not identity.email_verified:
            raise Refusal(
                _("Verify your e-mail address first; the link is in the mail that we sent you."),
                code="email_not_verified",
                status=403,
            )
        if getattr(view, "needs_verified_email", True):
            _require_factor(identity)
        return True


def _require_factor(identity: Identity) -> None:
    is_contact = identity.actor.customer_id is not None
    if identity.has_factor or not is_factor_required(
        identity.agency,
        is_contact=is_contact,
        at=timezone.now(),
    ):
        return
    raise Refusal(
        _("Set up a second factor in the portal first, under “Security” in your account."),
        code="mfa_required",
        status=403,
    )


def host_request(request: Request) -> PortalRequest:
    """Return the request as the middleware prepared it."""
    django_request: PortalRequest = request._request  # type: ignore[assignment]  # noqa: SLF001
    return django_request


def _recognise(token: str, *, request: Request) -> tuple[User, Identity]:
    """Return who sends the token; a list may remember it for a moment."""
    here = host_request(request)
    if not _is_list(request):
        return identify(read_access_token(token), request=here)
    door = door_of(
        token,
        host=here.META.get("HTTP_HOST", ""),
        portal=here.portal,
        address=address_of(here),
    )
    known = recent_callers.find(door)
    if (
        known is not None
        and known.user is not None
        and (here.agency is None or here.agency == known.agency)
    ):
        require_open_agency(known.agency)
        enter_schema(known.agency.schema_name)
        return known.user, known
    claims = read_access_token(token)
    user, identity = identify(claims, request=here)
    recent_callers.note(door, identity, until=claims["exp"])
    return user, identity


def _is_list(request: Request) -> bool:
    view = request.parser_context.get("view")
    return request.method == "GET" and getattr(getattr(view, "get", None), "is_list", False)


def identify(claims: Mapping[str, Any], *, request: PortalRequest) -> tuple[User, Identity]:
    """Return who stands behind a token, and enter the agency's schema.

    Raises:
        Refusal: see ``TokenAuthentication.authenticate``.
    """
    user = _find_user(claims)
    agency = find_token_agency(str(claims["agency"]), request=request)
    require_right_portal(request, is_contact=bool(claims["customer"]))
    require_open_agency(agency)
    actor = find_role(user, agency=agency, request=request, customer=claims["customer"] or "")
    if actor is None or actor.customer_public_id != (claims["customer"] or ""):
        raise refuse_token(_("You no longer have access. Sign in again."))
    return user, Identity(
        user=user,
        agency=agency,
        actor=actor,
        session=str(claims["session"]),
        email_verified=bool(getattr(user, "email_verified", False)),
        has_factor=bool(getattr(user, "has_factor", False)),
    )


def _find_user(claims: Mapping[str, Any]) -> User:
    proved = EmailAddress.objects.filter(
        user=OuterRef("pk"),
        email=OuterRef("email"),
        verified=True,
    )
    user = (
        User.objects.filter(public_id=str(claims["user"]), is_active=True)
        .annotate(
            email_verified=Exists(proved),
            session_open=is_session_open(str(claims["session"])),
            has_factor=is_factor_there(),
        )
        .first()
    )
    if user is None or stamp_of(user) != claims["stamp"]:
        raise refuse_token(_("The token is not valid."))
    if not user.session_open:
        raise refuse_token(_("This session has ended. Sign in again."), code="session_ended")
    return user


def find_token_agency(public_id: str, *, request: PortalRequest) -> AgencySnapshot:
    """Return the agency of a token, which must be the host's if the host has one.

    Raises:
        Refusal: the host is another agency's (403), or the agency is gone (401).
    """
    if request.agency is not None:
        if request.agency.public_id != public_id:
            raise Refusal(
                _("This token belongs to another agency than the one at this address."),
                code="wrong_agency",
                status=403,
            )
        return request.agency
    agency = Agency.objects.select_related("plan").filter(public_id=public_id).first()
    if agency is None:
        raise refuse_token(_("The token is not valid."))
    return snapshot_of(agency)


def require_right_portal(request: PortalRequest, *, is_contact: bool) -> None:
    """Pass if the host serves this kind of person.

    Raises:
        Refusal: a customer's token on the agency's host, or the other way round (403).
    """
    asked = PortalName.CUSTOMER if is_contact else PortalName.AGENCY
    if request.agency is not None and request.portal != asked:
        raise Refusal(
            _("What you signed in with is for the other portal of this agency."),
            code="wrong_portal",
            status=403,
        )


def require_open_agency(agency: AgencySnapshot) -> None:
    """Pass if the agency is neither suspended nor ending.

    Raises:
        Refusal: it is (402).
    """
    if agency.is_closed:
        raise Refusal(notice_for_programs(agency), code=notice_code(agency), status=402)


def find_role(
    user: User,
    *,
    agency: AgencySnapshot,
    request: PortalRequest,
    customer: str = "",
    as_contact: bool | None = None,
) -> Actor | None:
    """Return what a person is in an agency, and enter its schema.

    Args:
        user: the person.
        agency: where.
        request: the call, for its address.
        customer: public id of the customer that a contact acts for.
        as_contact: None to let the presence of ``customer`` decide.
    """
    enter_schema(agency.schema_name)
    address = address_of(request)
    if as_contact or (as_contact is None and customer):
        actor = find_contact_actor(
            user_id=user.pk,
            agency=agency,
            via=Via.API,
            address=address,
            chosen=customer,
        )
    else:
        actor = find_member_actor(user_id=user.pk, agency=agency, via=Via.API, address=address)
    return actor if actor.is_authenticated else None


def adopt(identity: Identity, *, request: Request) -> None:
    """Make the caller known to views, throttle and log."""
    agency_slug.set(identity.agency.slug)
    user_id.set(identity.user.public_id if identity.user else "-")
    request.actor = host_request(request).actor = identity.actor  # type: ignore[attr-defined]
