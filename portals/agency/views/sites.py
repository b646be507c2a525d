"""Sites: list, new, the live page, and what can be done with one."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from hosting.access import access_site
from hosting.models import Site, SiteLanguage
from hosting.services import (
    cancel_deployment,
    create_site,
    delete_site,
    deploy_site,
    restart_site,
    resume_site,
    suspend_site,
)
from portals.agency.forms.sites import SiteDeleteForm, SiteForm
from portals.agency.looks import SITE_LOOKS
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from portals.shared.saved_views import find_default_address
from portals.shared.site_tools import view_tools
from portals.shared.sites import build_site_list, open_dashboard, request_move, view_site
from tenants.customers.models import Customer
from tenants.customers.selectors import list_customers_for
from tenants.customers.states import CustomerState, ListName
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")


@portal_view(Permission.SITE_VIEW)
def list_sites(request: PortalRequest) -> HttpResponse:
    """Show the sites of all customers."""
    first = find_default_address(request, list_name=ListName.SITES)
    if first:
        return redirect(first)
    can_create = request.actor.can(Permission.SITE_DEPLOY)
    return render_page(
        request,
        "portals/agency/sites/list.html",
        {
            **build_site_list(request),
            "can_create": can_create,
            "can_select": request.actor.can(Permission.SITE_RESTART),
        },
        partials={"site-rows": "rows"},
    )


@portal_view(Permission.SITE_DEPLOY, methods=_FORM)
def add_site(request: PortalRequest) -> HttpResponse:
    """Show and save the form of a new site; its page then shows how the deployment goes."""
    customers = list_customers_for(request.actor).filter(state=CustomerState.ACTIVE)
    form = SiteForm(posted(request), customers=customers, initial=_initial(request, customers))
    site = apply_form(form, lambda: create_site(actor=request.actor, **form.cleaned_data))
    if site is not None:
        return go(request, _page_of(site))
    return render_page(
        request,
        "portals/agency/sites/form.html",
        {"form": form, "has_customers": form.is_bound or customers.exists()},
        status=422 if form.is_bound else 200,
    )


def _initial(request: PortalRequest, customers: QuerySet[Customer]) -> dict[str, Any]:
    language = request.agency.language if request.agency else "it"
    first = customers.values_list("public_id", flat=True)[:2]
    only = first[0] if len(first) == 1 else ""
    return {
        "customer": request.GET.get("customer", "")[:40] or only,
        "admin_email": request.actor.email,
        "language": SiteLanguage.ENGLISH if language == "en" else SiteLanguage.ITALIAN,
    }


@portal_view(Permission.SITE_VIEW)
def show_site(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show a site, live."""
    site = access_site(request.actor, public_id)
    view = view_site(site, actor=request.actor, looks=SITE_LOOKS)
    return render_page(
        request,
        "portals/agency/sites/detail.html",
        {
            "site": site,
            "view": view,
            "tools": view_tools(site, actor=request.actor, is_busy=view.is_busy),
        },
        partials={"site-live": "live"},
    )


@portal_view(Permission.SITE_DEPLOY, methods=("POST",))
def deploy(request: PortalRequest, public_id: str) -> HttpResponse:
    """Try a failed deployment again, from the step that failed."""
    site = access_site(request.actor, public_id, permission=Permission.SITE_DEPLOY)
    return request_move(request, deploy_site, site, then=_page_of(site))


@portal_view(Permission.SITE_DEPLOY, methods=_FORM)
def cancel(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then stop a deployment and take away what it made."""
    site = access_site(request.actor, public_id, permission=Permission.SITE_DEPLOY)
    if request.method != "POST":
        return render_page(request, "portals/agency/sites/cancel.html", {"site": site})
    return carry_out(
        request,
        lambda: cancel_deployment(site, actor=request.actor),
        done=_("The setup stops before its next step."),
        then=_page_of(site),
    )


@portal_view(Permission.SITE_OPERATE, methods=_FORM)
def suspend(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then take a site off the net."""
    site = access_site(request.actor, public_id, permission=Permission.SITE_OPERATE)
    if request.method != "POST":
        return render_page(request, "portals/agency/sites/suspend.html", {"site": site})
    return request_move(request, suspend_site, site, then=_page_of(site))


@portal_view(Permission.SITE_OPERATE, methods=("POST",))
def resume(request: PortalRequest, public_id: str) -> HttpResponse:
    """Put a suspended site back on the net."""
    site = access_site(request.actor, public_id, permission=Permission.SITE_OPERATE)
    return request_move(request, resume_site, site, then=_page_of(site))


@portal_view(Permission.SITE_RESTART, methods=("POST",))
def restart(request: PortalRequest, public_id: str) -> HttpResponse:
    """Give a site fresh processes."""
    site = access_site(request.actor, public_id, permission=Permission.SITE_RESTART)
    return request_move(request, restart_site, site, then=_page_of(site))


@portal_view(Permission.SITE_LOGIN, methods=("POST",))
def login(request: PortalRequest, public_id: str) -> HttpResponse:
    """Open the site's WordPress, logged in."""
    site = access_site(request.actor, public_id, permission=Permission.SITE_LOGIN)
    return open_dashboard(request, site, then=_page_of(site))


@portal_view(Permission.SITE_DELETE, methods=_FORM)
def delete(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask for the site's name, then delete it."""
    site = access_site(request.actor, public_id, permission=Permission.SITE_DELETE)
    form = SiteDeleteForm(posted(request), expected=site.name)
    deleted = apply_form(form, lambda: delete_site(site, actor=request.actor))
    if deleted is not None:
        toast(request, _("%(name)s is being deleted.") % {"name": site.name}, tone="info")
        return go(request, reverse("agency:site-list"))
    return render_page(
        request,
        "portals/agency/sites/delete.html",
        {"form": form, "site": site},
        status=422 if form.is_bound else 200,
    )


def _page_of(site: Site) -> str:
    return reverse("agency:site-detail", args=[site.public_id])
