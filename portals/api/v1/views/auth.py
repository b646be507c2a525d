"""``auth``: registration, login, tokens, and who the caller is."""

from __future__ import annotations

from typing import Any, Final

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import Answer, answer
from portals.api.auth import (
    find_role,
    host_request,
    identify,
)
from portals.api.endpoint import ANY_SCOPE, Endpoint, identity_of, operation
from portals.api.idempotency import REPLAYED
from portals.api.tokens import (
    issue_tokens,
    read_refresh_token,
    renew_tokens,
)
from portals.api.v1.serializers.auth import (
    MeOut,
    RefreshIn,
    RegisterIn,
    TokensOut,
    show_who,
)
from portals.shared.devices import end_token_chains
from portals.shared.requests import address_of
from spotex.kernel.actor import Via
from spotex.kernel.errors import RuleViolation
from spotex.kernel.tenancy import PUBLIC_SCHEMA, enter_schema
from tenants.factors import has_factor
from tenants.models import User
from tenants.selectors import find_agency_by_slug, find_user
from tenants.services.accounts import is_email_verified
from tenants.services.agencies import register_agency
from tenants.spares import prepare_schema

TAG: Final = "auth"
REGISTRATION: Final = {
    "email": "olga@studio-verdi.example",
    "password": "una-frase-lunga-42",
    "full_name": "Olga Verdi",
    "agency_name": "Studio Verdi",
    "agency_slug": "studio-verdi",
}


class AgencyRequired(RuleViolation):
    """Which agency is meant does not follow from the host; it must be named."""

    code = "agency_required"


def _name_registrant(_request: Request, data: dict[str, Any]) -> str:
    """Return whose idempotency keys a registration uses: the address's, not the world's."""
    digest = salted_hmac("spotex.registrant", data["email"].lower(), algorithm="sha256")
    return f"register:{digest.hexdigest()[:64]}"


def _add_tokens(request: Request, response: Response, data: dict[str, Any]) -> Response:
    """Add fresh tokens to the answer of a registration, which is stored without them.

    A repeated answer is no log-in: it brings tokens only while the password is still the one.
    """
    given: Answer = response.data
    user = find_user(given.data["user"]["email"])
    agency = find_agency_by_slug(given.data["agency"]["slug"])
    if user is None or agency is None or not _may_have_tokens(user, response, data):
        return response
    actor = find_role(user, agency=agency, request=host_request(request))
    agent = request.headers.get("User-Agent", "")
    tokens = issue_tokens(user, actor=actor, agent=agent) if actor else {}
    response.data = Answer({**tokens, **given.data}, message=given.message)
    return response


def _may_have_tokens(user: User, response: Response, data: dict[str, Any]) -> bool:
    if REPLAYED not in response:
        return True
    return user.is_active and user.check_password(data["password"]) and not has_factor(user.pk)


class Register(Endpoint):
    """A new agency."""

    public = True

    @operation(
        "Register an agency",
        tag=TAG,
        body=RegisterIn,
        answer=TokensOut,
        status=201,
        example=REGISTRATION,
        idempotent=True,
        caller=_name_registrant,
        finish=_add_tokens,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Create person, agency, schema and trial in one go, and mail a verification link.

        All but ``auth/*`` stays closed until the address is verified.
        """
        enter_schema(PUBLIC_SCHEMA)
        agency_row, user = register_agency(
            **data,
            via=Via.API,
            address=address_of(host_request(request)),
        )
        agency = find_agency_by_slug(agency_row.slug)
        actor = find_role(user, agency=agency, request=host_request(request)) if agency else None
        if agency is None or actor is None:
            raise LookupError(agency_row.slug)
        who = show_who(user, agency=agency, actor=actor, email_verified=is_email_verified(user))
        return answer(who, status=201)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Prepare what is slow before the transaction begins."""
        super().initial(request, *args, **kwargs)
        prepare_schema()


class Refresh(Endpoint):
    """New tokens for a refresh token."""

    public = True

    @operation("Refresh tokens", tag=TAG, body=RefreshIn, answer=TokensOut)
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Spend the refresh token for the next pair.

        Each is good once; one that comes twice ends its whole session.
        """
        claims = read_refresh_token(data["refresh"])
        user, found = identify(claims, request=host_request(request))
        who = show_who(
            user,
            agency=found.agency,
            actor=found.actor,
            email_verified=found.email_verified,
        )
        return answer(
            {
                **renew_tokens(
                    claims,
                    user=user,
                    actor=found.actor,
                    agent=request.headers.get("User-Agent", ""),
                ),
                **who,
            },
        )


class Logout(Endpoint):
    """The end of a session."""

    public = True

    @operation("Log out", tag=TAG, body=RefreshIn)
    def post(self, _request: Request, *, data: dict[str, Any]) -> Response:
        """End the session of a refresh token; its access tokens stop working at once too."""
        claims = read_refresh_token(data["refresh"])
        user = User.objects.filter(public_id=claims["user"]).first()
        if user is not None:
            end_token_chains(user, ids=[claims["session"]])
        return answer(message=_("You are logged out."))


class Me(Endpoint):
    """Who calls."""

    needs_verified_email = False

    @operation("Show yourself", tag=TAG, scope=ANY_SCOPE, answer=MeOut)
    def get(self, request: Request) -> Response:
        """Who you are, in which agency and for which customer, and what you may do.

        For an API key ``user`` is null and ``api_key`` names the key.
        """
        return answer(show_me(request))


def show_me(request: Request) -> dict[str, Any]:
    """Return a ``MeOut``."""
    found = identity_of(request)
    who = show_who(
        found.user,
        agency=found.agency,
        actor=found.actor,
        email_verified=found.email_verified,
    )
    actor = found.actor
    return {
        **who,
        "api_key": {"id": actor.user_public_id} if actor.is_key else None,
        "permissions": sorted(actor.permissions),
    }
