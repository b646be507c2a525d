"""Plan and usage as people see them: bars, comparison, notices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tenants.limits import LIMIT_LABELS, LIMITS
from tenants.models import Plan, Subscription
from tenants.states import SubscriptionStatus, Tier
from tenants.usage import Usage

LAST_DAYS: Final = 7
_RANKS = {tier.value: rank for rank, tier in enumerate(Tier)}


@dataclass(frozen=True, kw_only=True)
class UsageLine:
    """One limit of the plan, with its name."""

    label: str
    used: int | None
    allowed: int
    is_override: bool


@dataclass(frozen=True, kw_only=True)
class LimitRow:
    """One limit in all plans, in the plans' order."""

    label: str
    values: list[int]


@dataclass(frozen=True, kw_only=True)
class PlanChoice:
    """One plan as it is offered to an agency."""

    plan: Plan
    is_current: bool
    is_planned: bool
    is_bigger: bool


@dataclass(frozen=True, kw_only=True)
class SubscriptionNotice:
    """What is to be known about the subscription at once; ``days`` counts down."""

    kind: str
    days: int
    until: datetime | None
    tone: str


def list_usage_lines(usages: Sequence[Usage]) -> list[UsageLine]:
    """Return the limits under their names."""
    return [
        UsageLine(
            label=str(LIMIT_LABELS[usage.resource]),
            used=usage.used,
            allowed=usage.allowed,
            is_override=usage.is_override,
        )
        for usage in usages
    ]


def list_plan_choices(plans: Sequence[Plan], *, current: Subscription) -> list[PlanChoice]:
    """Return all plans, with what each would be for this agency."""
    return [
        PlanChoice(
            plan=plan,
            is_current=plan.tier == current.tier,
            is_planned=plan.tier == current.next_tier,
            is_bigger=_RANKS[plan.tier] > _RANKS[current.tier],
        )
        for plan in plans
    ]


def list_limit_rows(plans: Sequence[Plan]) -> list[LimitRow]:
    """Return every limit with its figure in each plan."""
    return [
        LimitRow(label=str(LIMIT_LABELS[name]), values=[getattr(plan, name) for plan in plans])
        for name in LIMITS
    ]


def describe_subscription(
    current: Subscription | None,
    *,
    at: datetime,
) -> SubscriptionNotice | None:
    """Return what deserves a banner: a trial, a payment that is late, a planned end or change."""
    kind = _name_situation(current) if current else ""
    if current is None or not kind:
        return None
    until = current.grace_until if kind == "past-due" else current.period_end
    days = max(0, -((at - until).days)) if until else 0
    calm = kind == "planned" or (kind == "trial" and days > LAST_DAYS)
    return SubscriptionNotice(kind=kind, days=days, until=until, tone="info" if calm else "warn")


def _name_situation(current: Subscription) -> str:
    if current.status == SubscriptionStatus.PAST_DUE:
        return "past-due"
    if current.cancel_requested_at is not None:
        return "cancelled"
    if current.next_tier:
        return "planned"
    return "trial" if current.status == SubscriptionStatus.TRIAL else ""


def list_near_limits(usages: Sequence[Usage]) -> list[UsageLine]:
    """Return the limits of which more than four fifths are in use."""
    return list_usage_lines([usage for usage in usages if usage.is_near])
