"""Access and refresh tokens.

A session of the API is a chain of refresh tokens: each is used once and gives the next. All
tokens of a chain carry the session's id, and their own id begins with it, so that one statement
ends a session. Claims: ``user``, ``agency``, ``role``, ``customer`` (public ids), ``session``, and
``stamp``, which changes with the password.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken, Token

from portals.api.errors import Refusal
from portals.shared.devices import SESSION_PREFIX, Place, end_token_chains, note_session
from portals.shared.forgetting import delete_in_bites
from spotex.kernel.actor import Actor
from spotex.kernel.ids import is_public_id, new_public_id
from tenants.models import User
from tenants.services.sessions import stamp_of
from tenants.tokens import is_api_key

_CLAIMS: Final = ("user", "agency", "role", "customer", "session", "stamp")


class SessionRefreshToken(Token):
    """A refresh token; whether it was used is asked of the database, not here."""

    token_type = "refresh"  # noqa: S105  the name of a kind, not a secret
    lifetime = api_settings.REFRESH_TOKEN_LIFETIME


def issue_tokens(
    user: User,
    *,
    actor: Actor,
    session: str = "",
    agent: str = "",
) -> dict[str, Any]:
    """Return a pair of tokens for what the person is in one agency.

    Args:
        user: whose tokens.
        actor: the person's role in the agency, for a customer if it is a contact.
        session: the chain to continue; a new one begins without it.
        agent: what the calling program says of itself.
    """
    session = session or new_public_id(SESSION_PREFIX)
    refresh, access = SessionRefreshToken(), AccessToken()
    refresh[api_settings.JTI_CLAIM] = f"{session}.{uuid.uuid4().hex}"
    values = (
        user.public_id,
        actor.agency_public_id,
        actor.role,
        actor.customer_public_id or None,
        session,
        stamp_of(user),
    )
    for claim, value in zip(_CLAIMS, values, strict=True):
        refresh[claim] = access[claim] = value
    OutstandingToken.objects.create(
        user=user,
        jti=refresh[api_settings.JTI_CLAIM],
        token="",  # a copy of a secret would help nobody but a thief
        created_at=refresh.current_time,
        expires_at=datetime.fromtimestamp(refresh["exp"], tz=UTC),
    )
    note_session(
        user,
        key=session,
        public_id=session,
        place=Place(
            address=actor.address,
            agent=agent,
            portal=actor.portal,
            agency_public_id=actor.agency_public_id,
        ),
        at=refresh.current_time,
    )
    return {
        "access": str(access),
        "refresh": str(refresh),
        "token_type": "bearer",
        "expires_in": int(api_settings.ACCESS_TOKEN_LIFETIME.total_seconds()),
    }


def read_access_token(raw: str) -> Mapping[str, Any]:
    """Return the claims of an access token.

    Raises:
        Refusal: forged, expired, or of another kind (401).
    """
    return _read(AccessToken, raw)


def read_refresh_token(raw: str) -> Mapping[str, Any]:
    """Return the claims of a refresh token, used or not.

    Raises:
        Refusal: forged, expired, or of another kind (401).
    """
    return _read(SessionRefreshToken, raw)


def _read(kind: type[Token], raw: str) -> Mapping[str, Any]:
    try:
        payload = kind(raw).payload  # type: ignore[arg-type]  # the library takes text too
    except ExpiredTokenError as error:
        raise refuse_token(_("The token has expired."), code="token_expired") from error
    except (TokenError, ValueError) as error:
        raise refuse_token(_describe_invalid(raw)) from error
    if any(claim not in payload for claim in _CLAIMS):
        raise refuse_token(_("The token is not valid."))
    if not is_public_id(str(payload["session"]), prefix=SESSION_PREFIX):
        raise refuse_token(_("The token is not valid."))
    return dict(payload)


def _describe_invalid(raw: str) -> str:
    if is_api_key(raw):
        return _("This is an API key, not a token. Send it as “X-API-Key: …”.")
    return _("The token is not valid.")


def refuse_token(message: str, *, code: str = "token_invalid") -> Refusal:
    """Return the refusal of a token."""
    return Refusal(message, code=code, status=401)


def renew_tokens(
    claims: Mapping[str, Any],
    *,
    user: User,
    actor: Actor,
    agent: str = "",
) -> dict[str, Any]:
    """Spend a refresh token and return the next pair.

    A token that was spent before is a sign of theft: the whole session ends.

    Raises:
        Refusal: the token was used already, or its session has ended (401).
    """
    with transaction.atomic():
        token = (
            OutstandingToken.objects.select_for_update(of=("self",))
            .filter(jti=claims[api_settings.JTI_CLAIM], user=user)
            .first()
        )
        if token is not None and not BlacklistedToken.objects.filter(token=token).exists():
            BlacklistedToken.objects.create(token=token)
            return issue_tokens(user, actor=actor, session=claims["session"], agent=agent)
    end_token_chains(user, ids=[claims["session"]])
    raise refuse_token(
        _("This refresh token was used before. For safety its session has ended; sign in again."),
        code="token_reused",
    )


def open_tokens(session: str) -> QuerySet[OutstandingToken]:
    """List the refresh tokens of a session that can still be used."""
    return OutstandingToken.objects.filter(
        jti__startswith=f"{session}.",
        blacklistedtoken=None,
        expires_at__gt=timezone.now(),
    )


def is_session_open(session: str) -> Exists:
    """Return the condition, for a query of users, that the user's session is open."""
    return Exists(open_tokens(session).filter(user=OuterRef("pk")))


def forget_expired_tokens(*, at: datetime) -> int:
    """Delete refresh tokens that have expired, and that they were used; return how many rows."""
    return delete_in_bites(OutstandingToken.objects.filter(expires_at__lt=at))
