"""What subscriptions bring in a month, now and in the past.

A row of a subscription counts while it was not a trial and not yet closed. A cancelled one ends
with its period, a suspended one with its suspension. The sum of today equals the gauge
``spotex_monthly_revenue_minor``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import Case, Count, DateTimeField, F, Q, QuerySet, Sum, When

from portals.admin.dashboards.charts import Chart, Series, Trend, write_euros
from portals.admin.dashboards.periods import Period, midnight
from tenants.models import Subscription
from tenants.states import SubscriptionStatus, Tier

_LISTED: Final = 8
_OVER: Final = Case(
    When(ended_at__isnull=False, status=SubscriptionStatus.EXPIRED, then=F("ended_at")),
    When(status=SubscriptionStatus.CANCELLED, then=F("period_end")),
    When(status=SubscriptionStatus.SUSPENDED, then=F("updated_at")),
    default=None,
    output_field=DateTimeField(null=True),
)
_PAID: Final = ~Q(status=SubscriptionStatus.TRIAL) & Q(trial_until=None)


def measure_revenue(period: Period, *, at: datetime) -> dict[str, Any]:
    """Return the revenue at the end of each stretch by tier, and of trials now."""
    moments = [min(midnight(day), at) for day in period.ends]
    asked = {f"m{place}": _sum_at(moment) for place, moment in enumerate(moments)}
    rows = (
        Subscription.objects.annotate(over=_OVER)
        .values("tier")
        .annotate(before=_sum_at(midnight(period.start)), **asked)
    )
    found: dict[str, dict[str, Any]] = {row["tier"]: dict(row) for row in rows}
    nothing: dict[str, Any] = {}
    by_tier = {
        tier: [found.get(tier, nothing).get(name) or 0 for name in asked] for tier in Tier.values
    }
    now = sum(values[-1] for values in by_tier.values())
    before = sum(row.get("before") or 0 for row in found.values())
    return {"now": now, "trend": Trend(now=now, before=before), "by_tier": by_tier}


def _sum_at(moment: datetime) -> Sum:
    there = Q(started_at__lte=moment) & (Q(over=None) | Q(over__gt=moment))
    return Sum("price_minor", filter=_PAID & there)


def draw_revenue(period: Period, *, by_tier: dict[str, list[int]], title: Any) -> Chart:
    """Draw the revenue, the tiers on top of each other."""
    series = [
        Series(Tier(tier).label, look, values)
        for look, (tier, values) in enumerate(by_tier.items(), start=1)
    ]
    return Chart(title=title, labels=period.labels, series=series, write=write_euros)


def sum_open_subscriptions() -> dict[str, int]:
    """Return prices and counts of what is on trial, and what is owed too long."""
    present = Subscription.objects.filter(ended_at=None)
    trial, late = (
        Q(status=SubscriptionStatus.TRIAL),
        Q(status__in=(SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED)),
    )
    figures = present.aggregate(
        trials=Count("pk", filter=trial),
        trial_minor=Sum("price_minor", filter=trial),
        late=Count("pk", filter=late),
        late_minor=Sum("amount_minor", filter=late),
    )
    return {name: value or 0 for name, value in figures.items()}


def list_late() -> QuerySet[Subscription]:
    """Return the subscriptions that are owed too long, the oldest first."""
    late = (SubscriptionStatus.PAST_DUE, SubscriptionStatus.SUSPENDED)
    rows = Subscription.objects.filter(ended_at=None, status__in=late).select_related("agency")
    return rows.order_by(F("payment_due_at").asc(nulls_last=True), "pk")[:_LISTED]


def list_ending_trials(*, at: datetime) -> QuerySet[Subscription]:
    """Return the trials that end next."""
    rows = Subscription.objects.filter(ended_at=None, status=SubscriptionStatus.TRIAL)
    return (
        rows.filter(trial_until__gt=at).select_related("agency").order_by("trial_until")[:_LISTED]
    )
