"""``operations``: long-running work, its steps, and a stream of its progress."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from hosting.access import access_operation
from hosting.selectors import list_operations_for
from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate
from portals.api.v1.serializers.hosting import OperationOut, OperationQuery, show_operation
from portals.realtime.topics import operation_topic
from portals.realtime.views import hand_over

TAG: Final = "operations"


class OperationList(Endpoint):
    """All operations that the caller sees."""

    @operation("List operations", tag=TAG, query=OperationQuery, answer=OperationOut, many=True)
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Operations that you see with their steps, the newest first."""
        rows = list_operations_for(actor_of(request))
        if "state" in filters:
            rows = rows.filter(state=filters["state"])
        if "website" in filters:
            rows = rows.filter(subject=filters["website"])
        return paginate(rows, filters=filters, show=show_operation)


class OperationDetail(Endpoint):
    """One operation."""

    @operation("Show an operation", tag=TAG, answer=OperationOut)
    def get(self, request: Request, *, operation_id: str) -> Response:
        """One operation with its steps."""
        return answer(show_operation(access_operation(actor_of(request), operation_id)))


class OperationEvents(Endpoint):
    """Progress as it happens."""

    @operation("Follow an operation", tag=TAG)
    def get(self, request: Request, *, operation_id: str) -> HttpResponse:
        """Stream server-sent events.

        ``event: changed`` says that the operation is worth reading again. The first one comes at
        once.
        """
        found = access_operation(actor_of(request), operation_id)
        return hand_over([operation_topic(found.public_id)])
