"""``operations``: long-running work, its steps, and a stream of its progress."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from hosting.access import access_operation, access_site
from hosting.operations.services import OperationNotCancellable
from hosting.selectors import list_operations_for
from hosting.services import cancel_deployment
from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate
from portals.api.v1.serializers.hosting import OperationOut, OperationQuery, show_operation
from portals.realtime.topics import operation_topic
from portals.realtime.views import hand_over
from portals.shared.operations import can_cancel
from tenants.permissions import Permission

TAG: Final = "operations"


class OperationList(Endpoint):
    """All operations that the caller sees."""

    @operation(
        "List operations",
        tag=TAG,
        scope=Permission.OPERATION_VIEW,
        query=OperationQuery,
        answer=OperationOut,
        many=True,
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Operations that you see with their steps, the newest first."""
        actor = actor_of(request)
        rows = list_operations_for(actor)
        if "state" in filters:
            rows = rows.filter(state=filters["state"])
        if "website" in filters:
            rows = rows.filter(subject=filters["website"])
        return paginate(rows, filters=filters, show=partial(show_operation, actor=actor))


class OperationDetail(Endpoint):
    """One operation."""

    @operation("Show an operation", tag=TAG, scope=Permission.OPERATION_VIEW, answer=OperationOut)
    def get(self, request: Request, *, operation_id: str) -> Response:
        """One operation with its steps."""
        actor = actor_of(request)
        return answer(show_operation(access_operation(actor, operation_id), actor=actor))


class OperationCancel(Endpoint):
    """The way back."""

    @operation("Cancel an operation", tag=TAG, scope=Permission.SITE_DEPLOY, answer=OperationOut)
    def post(self, request: Request, *, operation_id: str) -> Response:
        """Stop a deployment before its next step and take away what it made.

        The answer comes at once; ``state`` becomes ``CANCELLED`` when everything is taken away.
        """
        actor = actor_of(request)
        found = access_operation(actor, operation_id, permission=Permission.SITE_DEPLOY)
        if not can_cancel(found):
            raise OperationNotCancellable(_("This work cannot be cancelled."))
        site = access_site(actor, found.subject, permission=Permission.SITE_DEPLOY)
        with transaction.atomic():
            if cancel_deployment(site, actor=actor).pk != found.pk:  # it ended, another began
                raise OperationNotCancellable(_("This work cannot be cancelled."))
        return answer(show_operation(access_operation(actor, operation_id), actor=actor))


class OperationEvents(Endpoint):
    """Progress as it happens."""

    @operation("Follow an operation", tag=TAG, scope=Permission.OPERATION_VIEW)
    def get(self, request: Request, *, operation_id: str) -> HttpResponse:
        """Stream server-sent events.

        ``event: changed`` says that the operation is worth reading again. The first one comes at
        once.
        """
        found = access_operation(actor_of(request), operation_id)
        return hand_over(actor_of(request), operation_topic(found.public_id))
