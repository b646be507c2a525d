"""The dashboards as pages: what each of them shows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portals.admin.dashboards import growth, parts, revenue, work
from portals.admin.dashboards.attention import list_notices
from portals.admin.dashboards.periods import Period
from tenants.states import SubscriptionStatus, Tier

Figures = dict[str, Any]


def compute_overview(period: Period, *, at: datetime) -> Figures:
    """Return what staff sees first."""
    earned = revenue.measure_revenue(period, at=at)
    return {
        "agencies": growth.count_agencies(),
        "growth": growth.measure_growth(period),
        "revenue": earned,
        "open": revenue.sum_open_subscriptions(),
        "queue": work.count_open_operations(),
        "work": work.measure_work(period),
        "notices": list_notices(at=at),
        "newest": growth.list_newest_agencies(),
        "troubles": work.list_failed_operations(),
        "revenue_chart": revenue.draw_revenue(
            period, by_tier=earned["by_tier"], title=_("Paid each month, by plan")
        ),
    }


def compute_commerce(period: Period, *, at: datetime) -> Figures:
    """Return how agencies come, stay, pay and go."""
    earned = revenue.measure_revenue(period, at=at)
    counted = growth.count_tiers()
    return {
        "agencies": growth.count_agencies(),
        "growth": growth.measure_growth(period),
        "revenue": earned,
        "open": revenue.sum_open_subscriptions(),
        "tiers": [_tell_tier(tier, counted[tier], earned["by_tier"][tier]) for tier in Tier.values],
        "late": revenue.list_late(),
        "trials": revenue.list_ending_trials(at=at),
        "near_limits": growth.list_near_limits(),
        "revenue_chart": revenue.draw_revenue(
            period, by_tier=earned["by_tier"], title=_("Paid each month, by plan")
        ),
    }


def _tell_tier(tier: str, counted: dict[str, int], earned: list[int]) -> Figures:
    return {
        "name": Tier(tier).label,
        "tier": tier,
        "trial": counted[SubscriptionStatus.TRIAL],
        "active": counted[SubscriptionStatus.ACTIVE],
        "late": counted[SubscriptionStatus.PAST_DUE] + counted[SubscriptionStatus.SUSPENDED],
        "cancelled": counted[SubscriptionStatus.CANCELLED],
        "revenue": earned[-1],
    }


def compute_work(period: Period, *, at: datetime) -> Figures:
    """Return what the platform does, how fast, and what fails."""
    queue = work.count_open_operations()
    return {
        "queue": queue,
        "oldest_seconds": work.seconds_since(queue["oldest"], at=at),
        "work": work.measure_work(period),
        "kinds": work.measure_kinds(period),
        "causes": work.list_causes(period),
        "signs": parts.list_signs(at=at),
        "parts": parts.list_parts(at=at),
    }


class Dashboard(NamedTuple):
    """One page."""

    name: str
    title: str | Promise
    path: str
    template: str
    compute: Callable[..., Figures]


OVERVIEW: Final = Dashboard("index", _("Overview"), "", "overview.html", compute_overview)
DASHBOARDS: Final = (
    OVERVIEW,
    Dashboard(
        "dashboard-commerce",
        _("Growth and revenue"),
        "dashboards/commerce/",
        "commerce.html",
        compute_commerce,
    ),
    Dashboard(
        "dashboard-work",
        _("Operations and failures"),
        "dashboards/work/",
        "work.html",
        compute_work,
    ),
)
"""In the order of the tabs."""
