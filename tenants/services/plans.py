"""Plans: their first figures, limits of an agency's own, and room within a limit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.access import system_actor
from tenants.events import LimitNearlyReached, LimitsOverridden, PlanChanged
from tenants.limits import LIMITS, UNLIMITED, count_words, effective_limit
from tenants.models import Agency, Plan
from tenants.states import Tier
from tenants.usage import WARN_PERCENT, count_resource

LARGEST: Final = 2_147_483_647
"""What the column of a plan holds."""

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
                **dict(zip(LIMITS, limits, strict=True)),
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
        if name not in {"price_minor", *LIMITS} or value < _least(name):
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
    return UNLIMITED if name in LIMITS else 0


def label_of_limit(resource: str) -> str:
    """Return a limit's name for people, in the active language."""
    field = Plan._meta.get_field(resource)  # noqa: SLF001
    return str(getattr(field, "verbose_name", resource))


def reserve_limit(
    agency_id: int,
    *,
    resource: str,
    count: Callable[[], int] | None = None,
) -> None:
    """Pass if one more of a resource fits into the agency's limit, its own or its plan's.

    Locks the agency's row until the caller's transaction ends, so that of two requests at the
    limit exactly one passes. What exists is counted after the lock: by ``count``, else by the
    counter that is registered for the resource.

    Raises:
        LimitReached: the limit is reached.
        Busy: another request holds the agency for too long.
    """
    agency = lock_row(Agency(pk=agency_id))
    allowed = effective_limit(agency, resource)
    if allowed == UNLIMITED:
        return
    used = count() if count else count_resource(agency, resource)
    if used >= allowed:
        raise LimitReached(explain_full(agency, resource))
    _warn_when_near(agency, resource, used=used + 1, allowed=allowed)


def explain_full(agency: Agency, resource: str) -> str:
    """Return the sentence that names plan, limit and what helps."""
    allowed = effective_limit(agency, resource)
    words = {
        "plan": agency.plan.name,
        "things": count_words(resource, allowed),
        "resource": label_of_limit(resource),
    }
    if allowed == 0:
        text = _("The %(plan)s plan includes no %(resource)s. A bigger plan does.")
    elif resource in agency.limit_overrides:
        text = _(
            "Your %(plan)s plan with its agreed limit includes %(things)s, and there is no room "
            "left. Remove what you no longer need, or choose a bigger plan."
        )
    else:
        text = _(
            "The %(plan)s plan includes %(things)s, and there is no room left. "
            "Remove what you no longer need, or choose a bigger plan."
        )
    return text % words


def _warn_when_near(agency: Agency, resource: str, *, used: int, allowed: int) -> None:
    """Tell once when four fifths are in use; once more after it was less, or another limit."""
    near = 100 * used >= WARN_PERCENT * allowed
    if near == (agency.limit_warnings.get(resource) == allowed):
        return
    if near:
        agency.limit_warnings[resource] = allowed
    else:
        agency.limit_warnings.pop(resource, None)
    agency.save(update_fields=["limit_warnings"])
    if near:
        with agency_scope(agency):
            publish(
                LimitNearlyReached(
                    actor=system_actor(agency),
                    agency_id=agency.pk,
                    resource=resource,
                    subject_public_id=agency.public_id,
                    subject_name=label_of_limit(resource),
                    details={"used": used, "allowed": allowed},
                ),
            )


@transaction.atomic
def override_limits(agency: Agency, *, actor: Actor, limits: dict[str, int | None]) -> Agency:
    """Give an agency limits of its own; None goes back to the plan's figure.

    Args:
        agency: whose.
        actor: a member of the staff.
        limits: new figures by resource, -1 for no limit; what is left out stays.

    Raises:
        PlanFigureInvalid: a figure is below -1, or plans know no such limit.
    """
    for name, value in limits.items():
        if name not in LIMITS or (value is not None and not UNLIMITED <= value <= LARGEST):
            raise PlanFigureInvalid(
                _("Enter %(least)s or more.") % {"least": UNLIMITED},
                field=name,
            )
    agency = lock_row(agency)
    before = dict(agency.limit_overrides)
    merged = {**before, **limits}
    agency.limit_overrides = {name: value for name, value in merged.items() if value is not None}
    agency.version += 1
    agency.save(update_fields=["limit_overrides", "version", "updated_at"])
    details = {
        name: [before.get(name), agency.limit_overrides.get(name)]
        for name in limits
        if before.get(name) != agency.limit_overrides.get(name)
    }
    with agency_scope(agency):
        publish(
            LimitsOverridden(
                actor=actor,
                agency_id=agency.pk,
                subject_public_id=agency.public_id,
                subject_name=agency.name,
                details=details,
            ),
        )
    return agency
