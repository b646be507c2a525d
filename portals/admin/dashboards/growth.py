"""How many agencies there are, come and go."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from portals.admin.dashboards.charts import Chart, Series, Trend
from portals.admin.dashboards.periods import Period, midnight
from tenants.limits import LIMIT_LABELS
from tenants.models import Agency, Subscription
from tenants.states import AgencyState, SubscriptionStatus, Tier

_LISTED: Final = 8


def count_agencies() -> dict[str, int]:
    """Count by state, and those that were warned about a limit."""
    return Agency.objects.aggregate(
        total=Count("pk"),
        active=Count("pk", filter=Q(state=AgencyState.ACTIVE)),
        suspended=Count("pk", filter=Q(state=AgencyState.SUSPENDED)),
        near_limits=Count("pk", filter=~Q(limit_warnings={})),
    )


def count_tiers() -> dict[str, dict[str, int]]:
    """Count the agencies of each tier by the status of their subscription."""
    rows = (
        Subscription.objects.filter(ended_at=None)
        .values_list("tier", "status")
        .annotate(n=Count("pk"))
        .order_by()
    )
    tiers = {tier: dict.fromkeys(SubscriptionStatus.values, 0) for tier in Tier.values}
    for tier, status, n in rows:
        tiers[tier][status] = n
    return tiers


def measure_growth(period: Period) -> dict[str, Any]:
    """Return sign-ups and cancellations, in this period and the one before."""
    since, until = midnight(period.before), midnight(period.ends[-1])
    new = _by_day(Agency.objects.filter(created_at__gte=since), "created_at")
    gone = _by_day(
        Subscription.objects.filter(
            status=SubscriptionStatus.CANCELLED,
            period_end__gte=since,
            period_end__lt=until,
        ),
        "period_end",
    )
    return {
        "new": Trend(now=sum(period.spread(new)), before=_sum_before(new, period)),
        "gone": Trend(
            now=sum(period.spread(gone)), before=_sum_before(gone, period), more_is_good=False
        ),
        "chart": Chart(
            title=_("Agencies that came and went"),
            labels=period.labels,
            series=[
                Series(_("Signed up"), 1, period.spread(new)),
                Series(_("Cancelled"), 5, period.spread(gone)),
            ],
        ),
    }


def _by_day(rows: QuerySet[Any], moment: str) -> list[tuple[date, int]]:
    days = rows.annotate(day=TruncDate(moment)).values_list("day").annotate(n=Count("pk"))
    return list(days.order_by("day"))


def _sum_before(days: list[tuple[date, int]], period: Period) -> int:
    return sum(n for day, n in days if period.before <= day < period.start)


def list_newest_agencies() -> QuerySet[Agency]:
    """Return the agencies that signed up last."""
    return Agency.objects.select_related("plan").order_by("-created_at")[:_LISTED]


def list_near_limits() -> list[tuple[Agency, str]]:
    """Return the agencies that were warned, with the names of the limits."""
    rows = Agency.objects.exclude(limit_warnings={}).order_by(F("updated_at").desc())[:_LISTED]
    return [
        (agency, ", ".join(str(LIMIT_LABELS.get(name, name)) for name in agency.limit_warnings))
        for agency in rows
    ]
