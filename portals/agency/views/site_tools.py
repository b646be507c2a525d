"""What goes beyond a site's own life: its PHP version, its staging copy, many sites at once."""

from __future__ import annotations

import re
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from hosting.access import access_site
from hosting.models import Site
from hosting.selectors import list_sites_for
from hosting.services import (
    act_on_sites,
    change_php_version,
    clone_site,
    discard_staging,
    push_site,
    review_push,
    step_site_back,
)
from hosting.services.bulk import BULK_ACTIONS, SITES_AT_ONCE, BulkResult
from hosting.states import SiteAction
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from portals.shared.sites import request_move
from spotex.kernel.errors import Conflict, Missing, RuleViolation
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_RESULTS: Final = "site_bulk"
_VERSION: Final = re.compile(r"[0-9]{1,9}\Z", re.ASCII)


@portal_view(Permission.SITE_DEPLOY, methods=("POST",))
def clone(request: PortalRequest, public_id: str) -> HttpResponse:
    """Make a staging copy and show how it goes on the copy's page."""
    site = access_site(request.actor, public_id, permission=Permission.SITE_DEPLOY)
    try:
        copy = clone_site(site, actor=request.actor)
    except (RuleViolation, Conflict) as error:
        toast(request, error.message, tone="error")
        return go(request, _page_of(site))
    return go(request, _page_of(copy))


@portal_view(Permission.SITE_OPERATE, methods=_FORM)
def push(request: PortalRequest, public_id: str) -> HttpResponse:
    """Say what a push would overwrite, ask, then push."""
    site = access_site(request.actor, public_id, permission=Permission.SITE_OPERATE)
    live = _find_live(site)
    if request.method != "POST":
        review = review_push(site)
        context = {"site": site, "live": live, "changes": review.changes}
        return render_page(request, "portals/agency/sites/push.html", context)
    version = request.POST.get("version", "")
    return carry_out(
        request,
        lambda: push_site(
            site, actor=request.actor, version=int(version) if _VERSION.match(version) else 0
        ),
        done=_("The copy is being pushed. The live site stays online until the content changes."),
        then=_page_of(live),
    )


def _find_live(site: Site) -> Site:
    """Return the site of a copy.

    Raises:
        Missing: the site is no copy; there is no such page.
    """
    if site.staging_of is None:
        raise Missing(_("There is no such site."))
    return site.staging_of


@portal_view(Permission.SITE_OPERATE, methods=_FORM)
def step_back(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then put the content back that the site had before the last push."""
    site = access_site(request.actor, public_id, permission=Permission.SITE_OPERATE)
    if request.method != "POST":
        return render_page(request, "portals/agency/sites/step_back.html", {"site": site})
    return request_move(request, step_site_back, site, then=_page_of(site))


@portal_view(Permission.SITE_DEPLOY, methods=_FORM)
def discard(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then delete a staging copy and go back to its live site."""
    site = access_site(request.actor, public_id, permission=Permission.SITE_DEPLOY)
    live = _find_live(site)
    if request.method != "POST":
        context = {"site": site, "live": live}
        return render_page(request, "portals/agency/sites/discard.html", context)
    return carry_out(
        request,
        lambda: discard_staging(site, actor=request.actor),
        done=_("The staging copy is being removed."),
        then=_page_of(live),
    )


@portal_view(Permission.SITE_OPERATE, methods=("POST",))
def change_php(request: PortalRequest, public_id: str) -> HttpResponse:
    """Run a site on another PHP version."""
    site = access_site(request.actor, public_id, permission=Permission.SITE_OPERATE)
    wanted = request.POST.get("php_version", "")[:5]
    return carry_out(
        request,
        lambda: change_php_version(site, actor=request.actor, php_version=wanted),
        done="",
        then=_page_of(site),
    )


@portal_view(Permission.SITE_RESTART, methods=_FORM)
def act_on_many(request: PortalRequest) -> HttpResponse:
    """Do one thing with the chosen sites, and show what was started and what was refused."""
    if request.method != "POST":
        return _show_results(request)
    action = _read_action(request)
    chosen = request.POST.getlist("ids")[: SITES_AT_ONCE + 1]
    if action is None or not chosen:
        toast(request, _("Choose at least one site."), tone="error")
        return go(request, reverse("agency:site-list"))
    if action is SiteAction.SUSPEND and "confirmed" not in request.POST:
        sites = list_sites_for(request.actor).filter(public_id__in=chosen)
        context = {"sites": sites, "action": action.value}
        return render_page(request, "portals/agency/sites/bulk_suspend.html", context)
    results = act_on_sites(chosen, actor=request.actor, action=action)
    request.session[_RESULTS] = [_note_result(result) for result in results]
    return go(request, reverse("agency:site-bulk"))


def _read_action(request: PortalRequest) -> SiteAction | None:
    wanted = request.POST.get("action", "")
    return next((action for action in BULK_ACTIONS if action.value == wanted), None)


def _note_result(result: BulkResult) -> dict[str, str]:
    return {
        "public_id": result.public_id,
        "name": result.name or result.public_id,
        "message": result.message,
        "code": result.code,
    }


def _show_results(request: PortalRequest) -> HttpResponse:
    rows: list[dict[str, Any]] = request.session.get(_RESULTS, [])
    found = list_sites_for(request.actor).filter(public_id__in=[row["public_id"] for row in rows])
    sites = {site.public_id: site for site in found}
    started = [
        sites[row["public_id"]] for row in rows if not row["code"] and row["public_id"] in sites
    ]
    refused = [{**row, "site": sites.get(row["public_id"])} for row in rows if row["code"]]
    return render_page(
        request,
        "portals/agency/sites/bulk.html",
        {"started": started, "refused": refused},
    )


def _page_of(site: Site) -> str:
    return reverse("agency:site-detail", args=[site.public_id])
