"""The end of the agency, asked for and taken back by its owners."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portals.agency.forms.data import ClosingForm
from portals.agency.views.data import HERE, ask_who_it_is
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.forms import apply_form, posted
from portals.shared.fresh import is_fresh
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from tenants.access import access_agency
from tenants.permissions import Permission
from tenants.services.closing import begin_closing, withdraw_closing

_MANAGE: Final = Permission.DATA_MANAGE


@portal_view(_MANAGE, methods=("GET", "HEAD", "POST"))
def close_agency(request: PortalRequest) -> HttpResponse:
    """Ask for the agency's name, then close it; the data go when the grace is over."""
    agency = access_agency(request.actor, permission=_MANAGE)
    if not is_fresh(request):
        return ask_who_it_is(request)
    form = ClosingForm(posted(request))
    closure = apply_form(
        form,
        lambda: begin_closing(
            agency,
            actor=request.actor,
            typed_name=form.value_of("name"),
            reason=form.value_of("reason"),
            at=timezone.now(),
        ),
    )
    if closure is not None:
        toast(request, _("The agency is closed. You can take it back here."), tone="info")
        return go(request, reverse(HERE))
    return render_page(
        request,
        "portals/agency/settings/close.html",
        {
            "form": form,
            "agency_row": agency,
            "days": settings.SPOTEX_CLOSING_DAYS,
            "free_days": settings.SPOTEX_SLUG_KEPT_DAYS,
        },
        status=422 if form.is_bound else 200,
    )


@portal_view(_MANAGE, methods=("POST",))
def keep_agency(request: PortalRequest) -> HttpResponse:
    """Let the agency go on."""
    agency = access_agency(request.actor, permission=_MANAGE)
    return carry_out(
        request,
        lambda: withdraw_closing(agency, actor=request.actor),
        done=_("The agency goes on. Its sites are being started again."),
        then=reverse(HERE),
    )
