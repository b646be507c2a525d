"""The figures of the platform, all from the public schema: the cost does not grow with agencies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Q, Sum
from django.utils import timezone

from hosting.operations.models import Operation, SiteRoute
from hosting.operations.states import OPEN_STATES, OperationState, RouteKind
from tenants.models import Agency, MailMessage, Plan, Subscription
from tenants.states import AgencyState, MailState, SubscriptionStatus

FAILED_DAYS: Final = 7
_PAYING: Final = (SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE)


def compute_dashboard(*, at: datetime) -> dict[str, Any]:
    """Return figures and short lists for the first page."""
    month = timezone.localtime(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    failed_since = at - timedelta(days=FAILED_DAYS)
    failed = Operation.objects.filter(state=OperationState.FAILED)
    return {
        "agencies": _count_agencies(month=month),
        "revenue": _sum_revenue(),
        "operations": Operation.objects.aggregate(
            running=Count("pk", filter=Q(state__in=OPEN_STATES)),
            failed=Count("pk", filter=Q(state="FAILED", finished_at__gte=failed_since)),
        ),
        "mails": MailMessage.objects.aggregate(
            waiting=Count("pk", filter=Q(state=MailState.QUEUED)),
            failed=Count("pk", filter=Q(state=MailState.FAILED)),
        ),
        "sites": SiteRoute.objects.filter(kind=RouteKind.PREVIEW).count(),
        "failed_days": FAILED_DAYS,
        "tiers": _count_tiers(),
        "newest": Agency.objects.select_related("plan").order_by("-created_at")[:6],
        "troubles": failed.select_related("agency").order_by("-finished_at")[:6],
    }


def _count_agencies(*, month: datetime) -> dict[str, int]:
    return Agency.objects.aggregate(
        total=Count("pk"),
        active=Count("pk", filter=Q(state=AgencyState.ACTIVE)),
        suspended=Count("pk", filter=Q(state=AgencyState.SUSPENDED)),
        new=Count("pk", filter=Q(created_at__gte=month)),
    )


def _sum_revenue() -> dict[str, int]:
    """Return cents a month: of subscriptions that pay, and of trials at their plan's price."""
    figures = Subscription.objects.filter(
        ended_at=None,
        agency__state=AgencyState.ACTIVE,
    ).aggregate(
        paying=Sum("price_minor", filter=Q(status__in=_PAYING)),
        trial=Sum("price_minor", filter=Q(status=SubscriptionStatus.TRIAL)),
    )
    paying, trial = figures["paying"] or 0, figures["trial"] or 0
    return {"paying": paying, "trial": trial, "potential": paying + trial}


def _count_tiers() -> list[dict[str, Any]]:
    plans = list(Plan.objects.annotate(count=Count("agencies")).order_by("price_minor"))
    most = max((plan.count for plan in plans), default=0) or 1
    return [
        {"plan": plan, "count": plan.count, "percent": round(100 * plan.count / most)}
        for plan in plans
    ]
