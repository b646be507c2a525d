"""The limits of plans, and the one answer to "how many may this agency have?"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

if TYPE_CHECKING:
    from tenants.models import Agency, Plan

UNLIMITED: Final = -1

LIMITS: Final = (
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

LIMIT_LABELS: Final[dict[str, str | Promise]] = {
    "customers": gettext_lazy("Customers"),
    "sites": gettext_lazy("WordPress sites"),
    "storage_gb": gettext_lazy("Storage (GB)"),
    "mailboxes": gettext_lazy("Mailboxes"),
    "spaces": gettext_lazy("Bookable spaces"),
    "products": gettext_lazy("Products"),
    "marketplaces": gettext_lazy("Marketplaces"),
    "ai_credits": gettext_lazy("AI credits a month"),
    "custom_domains": gettext_lazy("Own domains"),
    "api_requests_per_minute": gettext_lazy("API requests a minute"),
    "backup_days": gettext_lazy("Days that backups are kept"),
}


def effective_limit(agency: Agency, resource: str, *, plan: Plan | None = None) -> int:
    """Return how many of a resource an agency may have: its own figure, else its plan's.

    Args:
        agency: with its plan fetched.
        resource: one of ``LIMITS``.
        plan: another plan than the present one.
    """
    own = agency.limit_overrides.get(resource)
    return int(own if own is not None else getattr(plan or agency.plan, resource))


def count_words(resource: str, count: int) -> str:
    """Return a number of things in words, such as “3 customers”."""
    words = {
        "customers": ngettext("%(n)s customer", "%(n)s customers", count),
        "sites": ngettext("%(n)s site", "%(n)s sites", count),
        "spaces": ngettext("%(n)s bookable space", "%(n)s bookable spaces", count),
        "custom_domains": ngettext("%(n)s own domain", "%(n)s own domains", count),
    }
    text = words.get(resource)
    return text % {"n": count} if text else f"{LIMIT_LABELS[resource]}: {count}"
