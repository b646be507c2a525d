"""The pages that anybody may read: home, features, prices, status, the way into the API."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portals.shared.access import portal_view
from portals.shared.api_guide import describe_guide
from portals.shared.health import check_database, check_redis
from portals.shared.htmx import render_page
from portals.shared.requests import PortalRequest
from tenants.dunning import TRIAL_DAYS
from tenants.hosts import platform_host, url_for
from tenants.limits import LIMIT_LABELS
from tenants.models import Plan
from tenants.selectors import list_plans


class LimitRow(NamedTuple):
    """One line of the comparison: a limit in each plan, −1 for none."""

    label: str
    values: list[int]


class LimitGroup(NamedTuple):
    """Lines that belong together."""

    title: str
    rows: list[LimitRow]


_GROUPS: Final[tuple[tuple[str | Promise, tuple[str, ...]], ...]] = (
    (
        gettext_lazy("Open today"),
        ("customers", "sites", "custom_domains", "storage_gb", "api_requests_per_minute"),
    ),
    (
        gettext_lazy("In preparation"),
        (
            "mailboxes",
            "backup_days",
            "spaces",
            "products",
            "marketplaces",
            "ai_credits",
        ),
    ),
)


@portal_view(public=True)
def show_home(request: PortalRequest) -> HttpResponse:
    """Say what the product is, with a portal to try."""
    return render_page(request, "portals/public/home.html", {"trial_days": TRIAL_DAYS})


@portal_view(public=True)
def show_features(request: PortalRequest) -> HttpResponse:
    """Say what there is, and nothing that there is not."""
    return render_page(request, "portals/public/features.html", {"trial_days": TRIAL_DAYS})


@portal_view(public=True)
def show_pricing(request: PortalRequest) -> HttpResponse:
    """Show the plans with all their limits."""
    plans = list(list_plans())
    return render_page(
        request,
        "portals/public/pricing.html",
        {"plans": plans, "groups": _compare(plans), "trial_days": TRIAL_DAYS},
    )


@portal_view(public=True)
def show_status(request: PortalRequest) -> HttpResponse:
    """Show what works at this moment."""
    database, redis = check_database() == "ok", check_redis() == "ok"
    parts = [
        _part(_("Pages and sign-in"), _("This site, the portals, the API"), works=database),
        _part(_("Data"), _("Agencies, customers, sites"), works=database),
        _part(_("Live updates and background work"), _("Deployments, mail"), works=redis),
    ]
    return render_page(
        request,
        "portals/public/status.html",
        {"parts": parts, "all_up": database and redis, "checked_at": timezone.now()},
    )


@portal_view(public=True)
def show_api_docs(request: PortalRequest) -> HttpResponse:
    """Lead to the description of the API, with examples to paste."""
    return render_page(
        request,
        "portals/public/api_docs.html",
        describe_guide(api=url_for(platform_host("api"), "/api/v1")),
    )


def _compare(plans: list[Plan]) -> list[LimitGroup]:
    return [
        LimitGroup(
            str(title),
            [
                LimitRow(str(LIMIT_LABELS[name]), [getattr(plan, name) for plan in plans])
                for name in names
            ],
        )
        for title, names in _GROUPS
    ]


def _part(name: str, text: str, *, works: bool) -> dict[str, str]:
    return {"name": name, "text": text, "state": "UP" if works else "DOWN"}
