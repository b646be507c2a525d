"""Opening hours of one space, instead of those of its location."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.access import access_space
from booking.models import OpeningRule, Space
from booking.services.space_hours import change_space_hours
from portals.agency.forms.places import SpaceHoursForm
from portals.agency.views.booking.left_outside import toast_hours
from portals.shared.access import portal_view
from portals.shared.clock import describe_week
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page
from portals.shared.requests import PortalRequest
from portals.shared.stale import renew_post
from spotex.kernel.versions import Stale
from tenants.permissions import Permission

_MANAGE: Final = Permission.SPACE_MANAGE


@portal_view(_MANAGE, methods=("GET", "HEAD", "POST"))
def change(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save the hours of one space; none are those of its location."""
    space = access_space(request.actor, public_id, permission=_MANAGE)
    rules = list(OpeningRule.objects.filter(space=space))
    form = SpaceHoursForm(posted(request), initial=SpaceHoursForm.initial_of(space, rules=rules))
    try:
        saved = apply_form(
            form,
            lambda: change_space_hours(
                space, form.read_week(), actor=request.actor, version=form.value_of("version")
            ),
        )
    except Stale as error:
        data = renew_post(request, access_space(request.actor, public_id))
        return _show(request, space, form=SpaceHoursForm(data), stale=error.message, status=409)
    if saved is not None:
        changed = Space.objects.filter(pk=space.pk)
        toast_hours(request, changed, saved=_("The calendar follows it from now on."))
        return go(request, reverse("agency:space-detail", args=[space.public_id]))
    return _show(request, space, form=form, status=422 if form.is_bound else 200)


def _show(
    request: PortalRequest, space: Space, *, form: SpaceHoursForm, status: int, stale: str = ""
) -> HttpResponse:
    usual = OpeningRule.objects.filter(location=space.location, space=None)
    context = {"space": space, "form": form, "stale": stale, "week": describe_week(usual)}
    return render_page(request, "portals/agency/spaces/hours.html", context, status=status)
