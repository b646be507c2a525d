"""The agency's plan: what it is, how much of it is used, and changing it."""

from __future__ import annotations

from typing import Final

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.forms import PortalForm, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate
from portals.shared.plans import (
    describe_subscription,
    list_limit_rows,
    list_near_limits,
    list_plan_choices,
    list_usage_lines,
)
from portals.shared.requests import PortalRequest
from tenants.access import access_agency, access_subscription
from tenants.permissions import Permission
from tenants.selectors import list_plans, list_subscriptions_of
from tenants.services.quotes import ChangeQuote, explain_excess, quote_change
from tenants.services.subscriptions import (
    cancel_subscription,
    change_subscription,
    undo_planned_change,
)
from tenants.states import ChangeTime, Tier
from tenants.usage import find_usage, list_counted, list_usage

_FORM: Final = ("GET", "HEAD", "POST")
HISTORY_SHOWN: Final = 12


class ChangeForm(PortalForm):
    """Which plan, when, and what of the subscription was seen."""

    tier = forms.ChoiceField(choices=Tier.choices)
    when = forms.ChoiceField(choices=[("", ""), *ChangeTime.choices], required=False)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


class VersionForm(PortalForm):
    """What of the subscription was seen."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1, required=False)


@portal_view(Permission.AGENCY_VIEW)
def show_plan(request: PortalRequest) -> HttpResponse:
    """Show plan, usage, the other plans and the history."""
    agency = access_agency(request.actor, permission=Permission.AGENCY_VIEW)
    current = access_subscription(request.actor, permission=Permission.AGENCY_VIEW)
    lines = list_usage_lines(list_usage(agency))
    plans = list(list_plans())
    context = {
        "plan": agency.plan,
        "plans": plans,
        "subscription": current,
        "next_plan": next((plan for plan in plans if plan.tier == current.next_tier), None),
        "notice": describe_subscription(current, at=timezone.now()),
        "counted": [line for line in lines if line.used is not None],
        "included": [line for line in lines if line.used is None],
        "choices": list_plan_choices(plans, current=current),
        "rows": list_limit_rows(plans),
        "page": paginate(request, list_subscriptions_of(request.actor), size=HISTORY_SHOWN),
        "can_manage": request.actor.can(Permission.SUBSCRIPTION_MANAGE),
    }
    return render_page(request, "portals/agency/settings/plan.html", context)


@portal_view(Permission.AGENCY_VIEW)
def show_warnings(request: PortalRequest) -> HttpResponse:
    """Show what the plan needs somebody for: limits that are near, a subscription that ends."""
    agency = access_agency(request.actor, permission=Permission.AGENCY_VIEW)
    current = access_subscription(request.actor, permission=Permission.AGENCY_VIEW)
    notice = describe_subscription(current, at=timezone.now())
    context = {
        "subscription": current,
        "notice": notice if notice is not None and notice.tone == "warn" else None,
        "near_limits": list_near_limits([find_usage(agency, name) for name in list_counted()]),
    }
    return render_page(request, "portals/agency/settings/plan_warnings.html", context)


@portal_view(Permission.SUBSCRIPTION_MANAGE, methods=_FORM)
def change_plan(request: PortalRequest) -> HttpResponse:
    """Show what another plan would do and cost; change to it once that is confirmed."""
    agency = access_agency(request.actor, permission=Permission.SUBSCRIPTION_MANAGE)
    current = access_subscription(request.actor, permission=Permission.SUBSCRIPTION_MANAGE)
    here, now = reverse("agency:plan-detail"), timezone.now()
    form = ChangeForm(posted(request) or request.GET)
    if not form.is_valid():
        toast(request, _("Choose one of the plans."), tone="error")
        return go(request, here)
    tier, when = form.value_of("tier"), form.value_of("when")
    if request.method == "POST":
        return carry_out(
            request,
            lambda: change_subscription(
                agency,
                actor=request.actor,
                tier=tier,
                when=when,
                at=now,
                version=form.value_of("version"),
            ),
            done=_("The change of plan is noted."),
            then=here,
        )
    quote = quote_change(agency, current, tier=tier, when=when, at=now)
    return render_page(
        request,
        "portals/agency/settings/plan_change.html",
        {"quote": quote, "subscription": current, "blocked": _explain_block(quote)},
    )


def _explain_block(quote: ChangeQuote) -> str:
    return explain_excess(quote) if quote.excess else ""


@portal_view(Permission.SUBSCRIPTION_MANAGE, methods=_FORM)
def cancel_plan(request: PortalRequest) -> HttpResponse:
    """Ask, then let the subscription end with its period."""
    agency = access_agency(request.actor, permission=Permission.SUBSCRIPTION_MANAGE)
    current = access_subscription(request.actor, permission=Permission.SUBSCRIPTION_MANAGE)
    if request.method != "POST":
        context = {"subscription": current, "plan": agency.plan}
        return render_page(request, "portals/agency/settings/plan_cancel.html", context)
    return carry_out(
        request,
        lambda: cancel_subscription(
            agency,
            actor=request.actor,
            at=timezone.now(),
            version=_read_version(request),
        ),
        done=_("The subscription ends with this period. Until then you can undo it."),
        then=reverse("agency:plan-detail"),
    )


@portal_view(Permission.SUBSCRIPTION_MANAGE, methods=("POST",))
def undo_plan_change(request: PortalRequest) -> HttpResponse:
    """Keep the plan as it is."""
    agency = access_agency(request.actor, permission=Permission.SUBSCRIPTION_MANAGE)
    return carry_out(
        request,
        lambda: undo_planned_change(
            agency,
            actor=request.actor,
            version=_read_version(request),
        ),
        done=_("Everything stays as it is."),
        then=reverse("agency:plan-detail"),
    )


def _read_version(request: PortalRequest) -> int | None:
    form = VersionForm(request.POST)
    return form.value_of("version") if form.is_valid() else None
