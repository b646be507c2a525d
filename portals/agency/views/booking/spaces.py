"""Spaces: list, data and rules, archive."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_space
from booking.models import OpeningRule, Space
from booking.selectors.places import list_locations_for, list_spaces_for, search_spaces
from booking.selectors.reservations import list_reservations_for
from booking.selectors.waiting import list_open_wishes
from booking.services.spaces import archive_space, change_space, create_space
from booking.states import LIVE, SpaceKind
from portals.agency.forms.spaces import SpaceChangeForm, SpaceCreateForm
from portals.agency.looks import ACTIVITY_PAGES
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.booking.prices import list_peaks, list_rates
from portals.shared.clock import describe_week
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate, read_choice, read_search
from portals.shared.requests import PortalRequest
from portals.shared.stale import renew_post
from spotex.kernel.versions import Stale
from tenants.models import Agency
from tenants.permissions import Permission
from tenants.usage import find_usage

_FORM: Final = ("GET", "HEAD", "POST")
_MANAGE: Final = Permission.SPACE_MANAGE


@portal_view(Permission.SPACE_VIEW)
def list_spaces(request: PortalRequest) -> HttpResponse:
    """Show what can be booked, and how much of the plan that fills."""
    text = read_search(request)
    kind = read_choice(request, "kind", among=SpaceKind.values)
    spaces = search_spaces(list_spaces_for(request.actor), text=text)
    usage = find_usage(Agency.objects.get(pk=request.actor.agency_id or 0), "spaces")
    context = {
        "page": paginate(request, spaces.filter(kind=kind) if kind else spaces),
        "search": text,
        "kind": kind,
        "kinds": SpaceKind.choices,
        "usage": usage,
        "has_locations": list_locations_for(request.actor).exists(),
        "can_manage": request.actor.can(_MANAGE),
    }
    return render_page(
        request, "portals/agency/spaces/list.html", context, partials={"space-rows": "rows"}
    )


@portal_view(_MANAGE, methods=_FORM)
def add_space(request: PortalRequest) -> HttpResponse:
    """Show and save the form of a new space."""
    locations = list(list_locations_for(request.actor))
    wholes = list(list_spaces_for(request.actor))
    initial = {name: request.GET.get(name, "") for name in ("location", "parent")}
    form = SpaceCreateForm(posted(request), locations=locations, wholes=wholes, initial=initial)
    made = apply_form(form, lambda: create_space(actor=request.actor, **form.values()))
    if made is not None:
        toast(request, _("%(name)s is added.") % {"name": made.name})
        return go(request, _page_of(made))
    context = {"form": form, "has_locations": bool(locations)}
    return _show_form(request, context, status=422 if form.is_bound else 200)


@portal_view(Permission.SPACE_VIEW)
def show_space(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show one space: its rules, its price, its parts, and who comes next."""
    space = access_space(request.actor, public_id)
    stays = list_reservations_for(request.actor).filter(
        space=space, state__in=LIVE, ends_at__gt=timezone.now()
    )
    entries = list_activity_for(request.actor).filter(subject_public_id=space.public_id)
    own = list(OpeningRule.objects.filter(space=space))
    context = {
        "space": space,
        "rates": list_rates(space),
        "peaks": list_peaks(space),
        "parts": list_spaces_for(request.actor).filter(parent=space)[:100],
        "stays": stays.order_by("starts_at", "pk")[:6],
        "activity": describe_activity(entries[:6], actor=request.actor, pages=ACTIVITY_PAGES),
        "can_manage": request.actor.can(_MANAGE),
        "waiting": list_open_wishes(space).count(),
        "week": describe_week(own) if own else [],
    }
    return render_page(request, "portals/agency/spaces/detail.html", context)


@portal_view(_MANAGE, methods=_FORM)
def edit_space(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save the data and the rules of a space."""
    space = access_space(request.actor, public_id, permission=_MANAGE)
    form = SpaceChangeForm(posted(request), initial=SpaceChangeForm.initial_of(space))
    try:
        saved = apply_form(
            form,
            lambda: change_space(
                space, actor=request.actor, version=form.value_of("version"), **form.values()
            ),
        )
    except Stale as error:
        data = renew_post(request, access_space(request.actor, public_id))
        context = {"form": SpaceChangeForm(data), "space": space, "stale": error.message}
        return _show_form(request, context, status=409)
    if saved is not None:
        toast(request, _("The changes are saved."))
        return go(request, _page_of(saved))
    return _show_form(request, {"form": form, "space": space}, status=422 if form.is_bound else 200)


@portal_view(_MANAGE, methods=_FORM)
def archive(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then offer a space no longer."""
    space = access_space(request.actor, public_id, permission=_MANAGE)
    if request.method != "POST":
        return render_page(request, "portals/agency/spaces/archive.html", {"space": space})
    return carry_out(
        request,
        lambda: archive_space(space, actor=request.actor),
        done=_("%(name)s is archived.") % {"name": space.name},
        then=reverse("agency:space-list"),
    )


def _show_form(request: PortalRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    return render_page(request, "portals/agency/spaces/form.html", context, status=status)


def _page_of(space: Space) -> str:
    return reverse("agency:space-detail", args=[space.public_id])
