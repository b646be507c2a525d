"""Finding anything, as a page and for the command palette; single keys on and off."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from portals.shared.access import portal_view
from portals.shared.htmx import render_page, toast
from portals.shared.lists import read_search
from portals.shared.palette import list_palette
from portals.shared.requests import PortalRequest, user_of
from tenants.services.accounts import change_single_keys


@portal_view()
def search(request: PortalRequest) -> HttpResponse:
    """Show what matches the words; without words what was opened lately and what can be done."""
    text = read_search(request)
    found = list_palette(request, text=text, recent=request.GET.get("recent", "")[:200])
    return render_page(
        request,
        "portals/shared/search.html",
        {"found": found, "search": text},
        partials={"palette-list": "results"},
    )


@portal_view(methods=("POST",))
def change_shortcuts(request: PortalRequest) -> HttpResponse:
    """Switch this person's shortcuts of single keys on or off."""
    is_on = request.POST.get("single_keys") == "on"
    change_single_keys(user_of(request), is_on=is_on, actor=request.actor)
    toast(request, _("Single keys are on.") if is_on else _("Single keys are off."))
    following = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(following, allowed_hosts={request.get_host()}):
        following = "/"
    return redirect(following)
