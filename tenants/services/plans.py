"""Plans: their first figures, trials, and room within a limit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.events import PlanChanged
from tenants.models import Agency, Plan, Subscription
from tenants.states import SubscriptionStatus, Tier

TRIAL_DAYS: Final = 30
UNLIMITED: Final = -1

_LIMITS: Final = (
    "customers",
    "sites",
    "storage_gb",
    "mailboxes",
    "spaces",
    "products",
    "marketplaces",
    "ai_credits",
    "custom_domains",
    "api_requests_per_minute",
    "backup_days",
)

_FIRST_FIGURES: Final = {
    Tier.STARTER: (2_900, 5, 5, 10, 10, 5, 50, 2, 0, 0, 60, 7),
    Tier.STANDARD: (7_900, 20, 20, 50, 50, 20, 200, 5, 100, 1, 120, 14),
    Tier.PREMIUM: (19_900, 50, 60, 200, 200, 100, -1, -1, 500, 3, 300, 30),
    Tier.BUSINESS: (49_900, 200, 250, 1_000, 1_000, 500, -1, -1, 2_000, 10, 600, 60),
    Tier.ENTERPRISE: (129_900, -1, -1, -1, -1, -1, -1, -1, 10_000, -1, 1_200, 90),
}
"""Source: SPEC §4. Staff changes the rows afterwards; these figures only fill an empty table."""


class LimitReached(RuleViolation):
    """The plan allows no more of this."""

    code = "limit_reached"


def ensure_plans() -> None:
    """Create the plans that are missing; leave the existing ones as staff set them."""
    known = set(Plan.objects.values_list("tier", flat=True))
    for tier, (price, *limits) in _FIRST_FIGURES.items():
        if tier not in known:
            Plan.objects.create(
                tier=tier,
                price_minor=price,
                **dict(zip(_LIMITS, limits, strict=True)),
            )


class PlanFigureInvalid(RuleViolation):
    """A limit is neither -1 nor a number of things."""

    code = "plan_figure_invalid"


@transaction.atomic
def change_plan(plan: Plan, *, actor: Actor, changes: dict[str, int]) -> Plan:
    """Change a plan's price or limits, for all agencies that have it.

    Args:
        plan: the row to change.
        actor: a member of the staff.
        changes: new values of ``price_minor`` and of limits; -1 means no limit.

    Raises:
        PlanFigureInvalid: a figure is below -1, or the price below zero.
    """
    for name, value in changes.items():
        if name not in {"price_minor", *_LIMITS} or value < _least(name):
            raise PlanFigureInvalid(
                _("Enter %(least)s or more.") % {"least": _least(name)},
                field=name,
            )
    plan = lock_row(plan)
    before = {name: getattr(plan, name) for name in changes}
    for name, value in changes.items():
        setattr(plan, name, value)
    plan.save()
    with agency_scope(PUBLIC_SCHEMA):
        publish(
            PlanChanged(
                actor=actor,
                subject_public_id=plan.public_id,
                subject_name=plan.name,
                details={n: [old, changes[n]] for n, old in before.items() if old != changes[n]},
            ),
        )
    return plan


def _least(name: str) -> int:
    return UNLIMITED if name in _LIMITS else 0


def start_trial(agency: Agency, *, at: datetime) -> Subscription:
    """Open the agency's first subscription: free for thirty days."""
    return Subscription.objects.create(
        agency=agency,
        tier=agency.plan.tier,
        status=SubscriptionStatus.TRIAL,
        price_minor=agency.plan.price_minor,
        currency=agency.plan.currency,
        started_at=at,
        trial_until=at + timedelta(days=TRIAL_DAYS),
    )


def label_of_limit(resource: str) -> str:
    """Return a limit's name for people, in the active language."""
    field = Plan._meta.get_field(resource)  # noqa: SLF001
    return str(getattr(field, "verbose_name", resource))


def reserve_limit(agency_id: int, *, resource: str, count: Callable[[], int]) -> None:
    """Pass if one more of a resource fits into the agency's plan.

    Locks the agency's row until the caller's transaction ends, so that of two requests at the
    limit exactly one passes. ``count`` is called after the lock and counts what exists.

    Raises:
        LimitReached: the plan is full.
        Busy: another request holds the agency for too long.
    """
    agency = lock_row(Agency(pk=agency_id))
    plan = Plan.objects.get(pk=agency.plan_id)
    allowed: int = getattr(plan, resource)
    if allowed != UNLIMITED and count() >= allowed:
        raise LimitReached(
            _("The %(plan)s plan includes %(allowed)s %(resource)s, and all are in use.")
            % {
                "plan": plan.name,
                "allowed": allowed,
                "resource": label_of_limit(resource),
            },
        )
