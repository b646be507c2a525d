"""The customer's own sites."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from hosting.access import access_site
from hosting.models import Site
from hosting.services import restart_site
from portals.customer.looks import SITE_LOOKS
from portals.shared.access import portal_view
from portals.shared.htmx import render_page
from portals.shared.requests import PortalRequest
from portals.shared.saved_views import find_default_address
from portals.shared.sites import build_site_list, open_dashboard, request_move, view_site
from tenants.customers.states import ListName
from tenants.permissions import Permission


@portal_view(Permission.SITE_VIEW)
def list_sites(request: PortalRequest) -> HttpResponse:
    """Show the customer's sites."""
    first = find_default_address(request, list_name=ListName.SITES)
    if first:
        return redirect(first)
    return render_page(
        request,
        "portals/customer/sites/list.html",
        build_site_list(request),
        partials={"site-rows": "rows"},
    )


@portal_view(Permission.SITE_VIEW)
def show_site(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show a site, live; what only concerns the platform's inside is left out."""
    site = access_site(request.actor, public_id)
    view = view_site(site, actor=request.actor, looks=SITE_LOOKS)
    return render_page(
        request,
        "portals/customer/sites/detail.html",
        {"site": site, "view": view},
        partials={"site-live": "live"},
    )


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


def _page_of(site: Site) -> str:
    return reverse("customer:site-detail", args=[site.public_id])
