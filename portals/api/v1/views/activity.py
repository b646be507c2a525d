"""``activity``: the audit trail, to read."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate
from portals.api.v1.serializers.activity import ActivityOut, ActivityQuery, show_activity
from portals.shared.activity import list_activity_for
from portals.shared.trail import TrailFilters, access_activity, filter_trail
from tenants.access import require
from tenants.permissions import Permission

TAG: Final = "activity"
VIEW: Final = Permission.ACTIVITY_VIEW


class ActivityList(Endpoint):
    """Every line that the caller sees."""

    @operation(
        "List the activity", tag=TAG, scope=VIEW, query=ActivityQuery, answer=ActivityOut, many=True
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Who did what and when, the newest first; `details` holds values before and after.

        The trail is append-only: a line that you have read never changes.
        """
        actor = actor_of(request)
        require(actor, VIEW)
        wanted = {name: filters[name] for name in TrailFilters.__annotations__ if name in filters}
        entries = filter_trail(list_activity_for(actor), TrailFilters(**wanted))
        return paginate(entries, filters=filters, show=partial(show_activity, actor=actor))


class ActivityDetail(Endpoint):
    """One line."""

    @operation("Show a line of the activity", tag=TAG, scope=VIEW, answer=ActivityOut)
    def get(self, request: Request, *, activity_id: str) -> Response:
        """One line of the trail."""
        actor = actor_of(request)
        require(actor, VIEW)
        entry = access_activity(list_activity_for(actor), activity_id)
        return answer(show_activity(entry, actor=actor))
