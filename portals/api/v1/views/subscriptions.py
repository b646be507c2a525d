"""``plans`` and ``subscriptions``: what there is, what the agency has, and changing it."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.fields import PageQuery
from portals.api.pagination import paginate
from portals.api.parsing import read_version
from portals.api.v1.serializers.subscriptions import (
    ChangeIn,
    PlanOut,
    SubscriptionOut,
    show_plan,
    show_subscription,
)
from tenants.access import access_agency, access_subscription, require
from tenants.models import Subscription
from tenants.permissions import Permission
from tenants.selectors import list_plans, list_subscriptions_of
from tenants.services.subscriptions import (
    cancel_subscription,
    change_subscription,
    undo_planned_change,
)

TAG: Final = "subscriptions"


class PlanList(Endpoint):
    """The price list."""

    public = True

    @operation("List plans", tag=TAG, query=PageQuery, answer=PlanOut, many=True)
    def get(self, _request: Request, *, filters: dict[str, Any]) -> Response:
        """All plans with their prices and limits, the cheapest first."""
        return paginate(list_plans(), filters=filters, show=show_plan)


class SubscriptionList(Endpoint):
    """The agency's history."""

    @operation(
        "List subscriptions",
        tag=TAG,
        scope=Permission.AGENCY_VIEW,
        query=PageQuery,
        answer=SubscriptionOut,
        many=True,
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """What the agency subscribed to, the present stretch first."""
        actor = actor_of(request)
        require(actor, Permission.AGENCY_VIEW)
        return paginate(list_subscriptions_of(actor), filters=filters, show=show_subscription)


class CurrentSubscription(Endpoint):
    """What the agency has now."""

    @operation(
        "Show the current subscription",
        tag=TAG,
        scope=Permission.AGENCY_VIEW,
        answer=SubscriptionOut,
    )
    def get(self, request: Request) -> Response:
        """The present stretch, with what is planned for its end."""
        actor = actor_of(request)
        require(actor, Permission.AGENCY_VIEW)
        return _answer(access_subscription(actor, permission=Permission.AGENCY_VIEW))


class SubscriptionChange(Endpoint):
    """Another plan."""

    @operation(
        "Change the subscription",
        tag=TAG,
        scope=Permission.SUBSCRIPTION_MANAGE,
        body=ChangeIn,
        answer=SubscriptionOut,
        example={"tier": "PREMIUM"},
        idempotent=True,
        versioned=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Move to another plan.

        A bigger plan begins at once; the rest of the period is charged. A smaller one begins when
        the period ends, and is refused (422 `usage_exceeds_plan`) while more is in use.
        """
        actor = actor_of(request)
        require(actor, Permission.SUBSCRIPTION_MANAGE)
        agency = access_agency(actor, permission=Permission.SUBSCRIPTION_MANAGE)
        changed = change_subscription(
            agency,
            actor=actor,
            tier=data["tier"],
            when=data.get("when", ""),
            at=timezone.now(),
            version=read_version(request),
        )
        return _answer(changed)

    @operation(
        "Undo the planned change",
        tag=TAG,
        scope=Permission.SUBSCRIPTION_MANAGE,
        answer=SubscriptionOut,
        versioned=True,
    )
    def delete(self, request: Request) -> Response:
        """Keep the plan, or the subscription, that was to end with the period."""
        actor = actor_of(request)
        require(actor, Permission.SUBSCRIPTION_MANAGE)
        agency = access_agency(actor, permission=Permission.SUBSCRIPTION_MANAGE)
        return _answer(undo_planned_change(agency, actor=actor, version=read_version(request)))


class SubscriptionCancel(Endpoint):
    """The end."""

    @operation(
        "Cancel the subscription",
        tag=TAG,
        scope=Permission.SUBSCRIPTION_MANAGE,
        answer=SubscriptionOut,
        versioned=True,
    )
    def post(self, request: Request) -> Response:
        """Let the subscription end with its period; `DELETE subscriptions/change` undoes it."""
        actor = actor_of(request)
        require(actor, Permission.SUBSCRIPTION_MANAGE)
        agency = access_agency(actor, permission=Permission.SUBSCRIPTION_MANAGE)
        cancelled = cancel_subscription(
            agency,
            actor=actor,
            at=timezone.now(),
            version=read_version(request),
        )
        return _answer(cancelled)


def _answer(row: Subscription) -> Response:
    return answer(show_subscription(row), headers={"ETag": f'"{row.version}"'})
