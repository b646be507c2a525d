"""``auth/session`` and ``auth/sessions``: where the caller is logged in through the API."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import Answer, answer
from portals.api.endpoint import Endpoint, identity_of, operation, person_of
from portals.api.fields import PageQuery
from portals.api.v1.serializers.auth import CurrentSessionOut, SessionOut, show_session
from portals.api.v1.views.auth import show_me
from portals.shared.devices import end_one_session, find_open_session, list_open_sessions
from spotex.kernel.errors import Missing
from tenants.services.sessions import sign_out_everywhere

TAG: Final = "auth"


class CurrentSession(Endpoint):
    """The session of the token."""

    needs_verified_email = False

    @operation("Show the session", tag=TAG, answer=CurrentSessionOut)
    def get(self, request: Request) -> Response:
        """The session of your token, and who you are in it."""
        found = identity_of(request)
        session = find_open_session(person_of(request), found.session, at=timezone.now())
        if session is None:
            raise Missing(_("There is no such session."))
        shown = show_session(session, current=found.session)
        return answer({**show_me(request), "session": shown})


class SessionList(Endpoint):
    """All sessions of the caller."""

    needs_verified_email = False

    @operation("List sessions", tag=TAG, query=PageQuery, answer=SessionOut, many=True)
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Where you are signed in, browsers and programs, in all agencies, the last seen first."""
        found = identity_of(request)
        sessions = list_open_sessions(person_of(request), at=timezone.now())
        page, limit = filters["page"], filters["limit"]
        total = sessions.count()
        shown = [
            show_session(session, current=found.session)
            for session in sessions[(page - 1) * limit : page * limit]
        ]
        pagination = {
            "page": page,
            "limit": limit,
            "total": total,
            "totalPages": -(-total // limit),
        }
        return Response(Answer(shown, pagination=pagination))


class SessionDetail(Endpoint):
    """One session of the caller."""

    needs_verified_email = False

    @operation("End a session", tag=TAG)
    def delete(self, request: Request, *, session_id: str) -> Response:
        """End one of your sessions; its browser or all its tokens stop working at once."""
        user, actor = person_of(request), identity_of(request).actor
        session = find_open_session(user, session_id, at=timezone.now())
        if session is None:
            raise Missing(_("There is no such session."))
        end_one_session(user, session, actor=actor)
        return answer(message=_("The session has ended."))


class SessionEndAll(Endpoint):
    """All sessions of the caller, at once."""

    needs_verified_email = False

    @operation("Sign out everywhere", tag=TAG)
    def post(self, request: Request) -> Response:
        """End every session of yours, this one too: browsers and programs."""
        sign_out_everywhere(person_of(request), actor=identity_of(request).actor)
        return answer(message=_("You are signed out everywhere."))
