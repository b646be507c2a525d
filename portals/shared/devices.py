"""Where a person is signed in: browsers and chains of API tokens in one list, and their end.

allauth keeps the rows; ``data`` adds what it does not know: the public id, the portal and the
agency in which the session began, and what it remembers of the password. A chain of tokens has
its own id in the place of a browser's session key.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from portals.shared.requests import PortalRequest, address_of, user_of
from spotex.kernel.actor import Actor
from spotex.kernel.events import publish
from spotex.kernel.ids import new_public_id
from tenants.events import SessionEnded
from tenants.models import User
from tenants.services.sessions import stamp_of

API: Final = "api"
BROWSER: Final = "browser"
SESSION_PREFIX: Final = "ses"
NO_ADDRESS: Final = "0.0.0.0"  # noqa: S104  stands for "not known"
AGENT_LENGTH: Final = 200
SEEN: Final = "_seen"
"""Session key: when this browser was last written down."""

SEEN_SECONDS: Final = 300
"""How old "last seen" may be; the rows are written no more often."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a session is: from which address and program, in which portal of which agency."""

    address: str
    agent: str
    portal: str
    agency_public_id: str = ""


def note_session(
    user: User,
    *,
    key: str,
    place: Place,
    at: datetime,
    public_id: str = "",
) -> None:
    """Remember that the person is signed in here, or still is.

    Args:
        user: who.
        key: the browser's session key, or the id of a chain of tokens.
        place: where.
        at: when they were last seen.
        public_id: the chain's own id; a browser gets one.
    """
    values = {
        "user": user,
        "ip": place.address or NO_ADDRESS,
        "user_agent": place.agent[:AGENT_LENGTH],
        "last_seen_at": at,
    }
    data = {
        "kind": API if public_id else BROWSER,
        "portal": place.portal,
        "agency": place.agency_public_id,
        "stamp": stamp_of(user),
    }
    row = UserSession.objects.filter(session_key=key).first()
    if row is not None and row.data.get("id"):
        data["id"] = row.data["id"]
    else:
        data["id"] = public_id or new_public_id(SESSION_PREFIX)
    UserSession.objects.update_or_create(
        session_key=key,
        defaults={**values, "data": data},
        create_defaults={**values, "data": data, "created_at": at},
    )


def note_browser(request: PortalRequest, *, at: datetime) -> None:
    """Remember the browser that asks, and in its session when that was last done."""
    session = request.session
    if session.session_key is None:
        session.save()
    note_session(
        user_of(request),
        key=str(session.session_key),
        place=Place(
            address=address_of(request),
            agent=request.headers.get("User-Agent", ""),
            portal=request.portal,
            agency_public_id=request.agency.public_id if request.agency else "",
        ),
        at=at,
    )
    session[SEEN] = int(at.timestamp())


def is_seen_lately(request: PortalRequest, *, at: datetime) -> bool:
    """Tell whether the browser was remembered a short while ago, at no cost."""
    seen = request.session.get(SEEN)
    return isinstance(seen, int) and at.timestamp() - seen < SEEN_SECONDS


def list_open_sessions(user: User, *, at: datetime) -> QuerySet[UserSession]:
    """List where the person is signed in, the last seen first, each with ``expires_at``."""
    browsers = Session.objects.filter(session_key=OuterRef("session_key"))
    sessions: QuerySet[UserSession] = (
        UserSession.objects.filter(user=user, data__stamp=stamp_of(user))
        .annotate(
            expires_at=Case(
                When(data__kind=API, then=F("last_seen_at") + api_settings.REFRESH_TOKEN_LIFETIME),
                default=Subquery(browsers.values("expire_date")[:1]),
                output_field=DateTimeField(),
            ),
        )
        .filter(expires_at__gt=at)
        .order_by("-last_seen_at", "-pk")
    )
    return sessions


def find_open_session(user: User, public_id: str, *, at: datetime) -> UserSession | None:
    """Return one of the person's open sessions."""
    return list_open_sessions(user, at=at).filter(data__id=public_id).first()


@transaction.atomic
def end_one_session(user: User, session: UserSession, *, actor: Actor) -> None:
    """Sign one of the person's devices out."""
    publish(
        SessionEnded(
            actor=actor,
            subject_public_id=user.public_id,
            subject_name=str(user),
            customer_public_id=actor.customer_public_id,
            details={"session": [session.data.get("id"), None]},
        ),
    )
    if session.data.get("kind") == API:
        end_token_chains(user, ids=[session.session_key])
        return
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    store().delete(session.session_key)
    session.delete()


def end_token_chains(user: User, *, ids: Iterable[str] | None = None) -> int:
    """End chains of the person's API tokens, all without ``ids``; return how many tokens it was."""
    waiting = OutstandingToken.objects.filter(user=user, blacklistedtoken=None)
    rows = UserSession.objects.filter(user=user, data__kind=API)
    if ids is not None:
        named = list(ids)
        begins = Q(pk__in=[])
        for name in named:
            begins |= Q(jti__startswith=f"{name}.")
        waiting, rows = waiting.filter(begins), rows.filter(session_key__in=named)
    tokens = list(waiting)
    BlacklistedToken.objects.bulk_create(
        [BlacklistedToken(token=token) for token in tokens],
        ignore_conflicts=True,
    )
    rows.delete()
    return len(tokens)


def list_dead_sessions(*, at: datetime) -> QuerySet[UserSession]:
    """List the rows of sessions that are over, for the nightly cleaning."""
    alive = Exists(Session.objects.filter(session_key=OuterRef("session_key")))
    old = at - max(api_settings.REFRESH_TOKEN_LIFETIME, timedelta(days=1))
    dead: QuerySet[UserSession] = UserSession.objects.filter(
        Q(data__kind=API, last_seen_at__lt=old) | (~Q(data__kind=API) & ~Q(alive)),
    )
    return dead
