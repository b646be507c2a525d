"""``auth/session`` and ``auth/sessions``: where the caller is logged in through the API."""

from __future__ import annotations

from typing import Any, Final

from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import Answer, answer
from portals.api.endpoint import Endpoint, identity_of, operation, person_of
from portals.api.fields import PageQuery
from portals.api.tokens import end_sessions, list_sessions
from portals.api.v1.serializers.auth import CurrentSessionOut, SessionOut, show_session
from portals.api.v1.views.auth import show_me
from spotex.kernel.errors import Missing

TAG: Final = "auth"


class CurrentSession(Endpoint):
    """The session of the token."""

    needs_verified_email = False

    @operation("Show the session", tag=TAG, answer=CurrentSessionOut)
    def get(self, request: Request) -> Response:
        """The session of your token, and who you are in it."""
        found = identity_of(request)
        session = next(s for s in list_sessions(person_of(request)) if s.id == found.session)
        shown = show_session(session, current=found.session)
        return answer({**show_me(request), "session": shown})


class SessionList(Endpoint):
    """All sessions of the caller."""

    needs_verified_email = False

    @operation("List sessions", tag=TAG, query=PageQuery, answer=SessionOut, many=True)
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Your open API sessions in all agencies, the newest first."""
        found = identity_of(request)
        sessions = list_sessions(person_of(request))
        page, limit = filters["page"], filters["limit"]
        shown = [
            show_session(session, current=found.session)
            for session in sessions[(page - 1) * limit : page * limit]
        ]
        pagination = {
            "page": page,
            "limit": limit,
            "total": len(sessions),
            "totalPages": -(-len(sessions) // limit),
        }
        return Response(Answer(shown, pagination=pagination))


class SessionDetail(Endpoint):
    """One session of the caller."""

    needs_verified_email = False

    @operation("End a session", tag=TAG)
    def delete(self, request: Request, *, session_id: str) -> Response:
        """End one of your sessions; all its tokens stop working at once."""
        if not end_sessions(person_of(request), sessions=[session_id]):
            raise Missing(_("There is no such session."))
        return answer(message=_("The session has ended."))
