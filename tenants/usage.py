"""How much of each limit an agency uses: counters, registered by those who know.

A pillar registers its counter when its app is ready, so that limits, downgrades, pages and API
count what this context has never heard of. A counter runs in the agency's schema.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from spotex.kernel.tenancy import agency_scope
from tenants.limits import LIMITS, UNLIMITED, effective_limit
from tenants.models import Agency, Plan

WARN_PERCENT: Final = 80

Counter = Callable[[int], int]

_counters: Final[dict[str, Counter]] = {}


@dataclass(frozen=True, kw_only=True)
class Usage:
    """One limit: what is allowed, by what, and what is in use; ``used`` is None if not counted."""

    resource: str
    allowed: int
    is_override: bool
    used: int | None

    @property
    def percent(self) -> int:
        """How full it is; 0 without a limit, 100 for a limit of nothing."""
        if self.allowed == UNLIMITED or self.used is None:
            return 0
        return 100 * self.used // self.allowed if self.allowed else 100

    @property
    def is_near(self) -> bool:
        """Tell whether the warning is due; a limit of nothing warns of nothing."""
        return self.allowed > 0 and self.percent >= WARN_PERCENT

    @property
    def is_full(self) -> bool:
        """Tell whether nothing more fits."""
        return self.used is not None and self.allowed != UNLIMITED and self.used >= self.allowed


def register_counter(resource: str, counter: Counter) -> None:
    """Let a resource of the plans be counted; the counter gets the agency's key.

    Raises:
        LookupError: plans know no such limit.
    """
    if resource not in LIMITS:
        raise LookupError(resource)
    _counters[resource] = counter


def list_counted() -> list[str]:
    """Return the resources that can be counted, in the order of the plans."""
    return [resource for resource in LIMITS if resource in _counters]


def count_resource(agency: Agency, resource: str) -> int:
    """Count one resource of an agency.

    Raises:
        KeyError: nobody registered a counter for it.
    """
    with agency_scope(agency):
        return _counters[resource](agency.pk)


def list_usage(agency: Agency) -> list[Usage]:
    """Return every limit of an agency's plan, counted where it can be."""
    return [find_usage(agency, resource) for resource in LIMITS]


def find_usage(agency: Agency, resource: str) -> Usage:
    """Return one limit of an agency's plan with what is used of it."""
    return Usage(
        resource=resource,
        allowed=effective_limit(agency, resource),
        is_override=resource in agency.limit_overrides,
        used=count_resource(agency, resource) if resource in _counters else None,
    )


def list_excess(agency: Agency, *, plan: Plan) -> list[Usage]:
    """Return what an agency uses beyond another plan, its own limits considered."""
    excess = []
    for resource in list_counted():
        allowed = effective_limit(agency, resource, plan=plan)
        if allowed == UNLIMITED:
            continue
        used = count_resource(agency, resource)
        if used > allowed:
            excess.append(
                Usage(
                    resource=resource,
                    allowed=allowed,
                    is_override=resource in agency.limit_overrides,
                    used=used,
                ),
            )
    return excess
