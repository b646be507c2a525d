"""The first page: what is going on, what needs somebody, and how to begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from hosting.operations.states import OPEN_STATES
from hosting.selectors import list_operations_for, list_sites_for
from hosting.states import SiteState
from portals.agency.looks import ACTIVITY_PAGES
from portals.agency.waiting_requests import find_request_notice
from portals.shared.access import portal_view
from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.greetings import greet, write_day
from portals.shared.htmx import render_page
from portals.shared.operations import describe_operation
from portals.shared.requests import PortalRequest
from spotex.kernel.actor import Actor
from tenants.customers.selectors import list_customers_for
from tenants.customers.states import ContactState, CustomerState
from tenants.permissions import Permission
from tenants.selectors import list_members_of

SITES_SHOWN: Final = 6
LINES_SHOWN: Final = 6


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The numbers of the dashboard."""

    sites: int
    active_sites: int
    troubled_sites: int
    customers: int
    contacts: int
    colleagues: int


@dataclass(frozen=True, kw_only=True)
class FirstStep:
    """One thing that a new agency does first."""

    label: str
    text: str
    url: str
    icon: str
    is_done: bool
    is_next: bool
    can_start: bool
    """Nobody can be invited, and no site deployed, before there is a customer."""


@portal_view()
def show_dashboard(request: PortalRequest) -> HttpResponse:
    """Show the agency at a glance, live."""
    actor, now = request.actor, timezone.now()
    figures = _count(actor)
    running = list_operations_for(actor).filter(state__in=OPEN_STATES).first()
    context = {
        "greeting": greet(actor.name or actor.email, at=now),
        "day": write_day(now),
        "figures": figures,
        "requests": find_request_notice(request),
        "steps": _list_first_steps(figures) if actor.can(Permission.CUSTOMER_MANAGE) else [],
        "running": describe_operation(running, actor=request.actor) if running else None,
        "running_site": running.subject if running else "",
        "running_name": running.subject_name if running else "",
        "sites": list_sites_for(actor).order_by("-updated_at", "-pk")[:SITES_SHOWN],
        "activity": describe_activity(
            list_activity_for(actor)[:LINES_SHOWN],
            actor=actor,
            pages=ACTIVITY_PAGES,
        ),
        "can_deploy": actor.can(Permission.SITE_DEPLOY),
        "can_add": actor.can(Permission.CUSTOMER_MANAGE),
        "can_see_plan": actor.can(Permission.AGENCY_VIEW),
    }
    return render_page(
        request,
        "portals/agency/dashboard.html",
        context,
        partials={"dashboard-live": "live"},
    )


def _count(actor: Actor) -> Figures:
    sites = list_sites_for(actor).aggregate(
        all=Count("pk"),
        active=Count("pk", filter=Q(state=SiteState.ACTIVE)),
        troubled=Count("pk", filter=Q(error__isnull=False)),
    )
    has_access = ~Q(contacts__state=ContactState.REMOVED)
    served = list_customers_for(actor).filter(state=CustomerState.ACTIVE)
    customers = served.aggregate(
        all=Count("pk", distinct=True),
        contacts=Count("contacts", filter=has_access),
    )
    return Figures(
        sites=sites["all"],
        active_sites=sites["active"],
        troubled_sites=sites["troubled"],
        customers=customers["all"],
        contacts=customers["contacts"],
        colleagues=list_members_of(actor).exclude(user=actor.user_id).count(),
    )


def _list_first_steps(figures: Figures) -> list[FirstStep]:
    """Return the way from an empty agency to a site that answers; empty once it is gone."""
    if figures.customers and figures.contacts and figures.sites:
        return []
    known = (
        (
            _("Add a customer"),
            _("A company that you serve. Name and e-mail are enough."),
            reverse("agency:customer-create"),
            "building-2",
            figures.customers > 0,
        ),
        (
            _("Invite its people"),
            _("They sign in to a portal with your brand. Choose the customer, then “Invite”."),
            reverse("agency:customer-list"),
            "user-plus",
            figures.contacts > 0,
        ),
        (
            _("Deploy a site"),
            _("WordPress, installed and reachable in under a minute."),
            reverse("agency:site-create"),
            "rocket",
            figures.sites > 0,
        ),
    )
    upcoming = next(position for position, step in enumerate(known) if not step[4])
    return [
        FirstStep(
            label=label,
            text=text,
            url=url,
            icon=icon,
            is_done=is_done,
            is_next=position == upcoming,
            can_start=not is_done and (position == 0 or figures.customers > 0),
        )
        for position, (label, text, url, icon, is_done) in enumerate(known)
    ]
