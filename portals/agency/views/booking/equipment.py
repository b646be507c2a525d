"""Equipment of a location: one thing with who has it when, data, end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_equipment, access_location
from booking.models import Equipment, Location, Space
from booking.periods import Period
from booking.selectors.equipment import list_counting_uses
from booking.selectors.places import list_spaces_for
from booking.services.equipment import archive_equipment, change_equipment, create_equipment
from portals.agency.forms.equipment import EquipmentChangeForm, EquipmentForm
from portals.agency.looks import ACTIVITY_PAGES
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.booking.equipment import write_piece_price
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.requests import PortalRequest
from portals.shared.stale import renew_post
from spotex.kernel.versions import Stale
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_MANAGE: Final = Permission.SPACE_MANAGE
_SHOWN_USES: Final = 30
_AHEAD: Final = timedelta(days=366)


@portal_view(_MANAGE, methods=_FORM)
def add_equipment(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save the form of something that a location lends."""
    location = access_location(request.actor, public_id, permission=_MANAGE)
    form = EquipmentForm(posted(request), spaces=_list_spaces(request, location))
    made = apply_form(
        form,
        lambda: create_equipment(location, actor=request.actor, **form.values()),
    )
    if made is not None:
        toast(request, _("%(name)s is added.") % {"name": made.name})
        return go(request, _page_of(made))
    context = {"form": form, "location": location}
    return _show_form(request, context, status=422 if form.is_bound else 200)


@portal_view(Permission.SPACE_VIEW)
def show_equipment(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show something that is lent, and who has it from now on."""
    item, now = access_equipment(request.actor, public_id), timezone.now()
    coming = list_counting_uses([item], stay=Period(start=now, end=now + _AHEAD))
    entries = list_activity_for(request.actor).filter(subject_public_id=item.public_id)
    context = {
        "item": item,
        "location": item.location,
        "price": write_piece_price(item),
        "spaces": item.spaces.order_by("name"),
        "uses": coming.select_related("reservation__space", "hold__space")[:_SHOWN_USES],
        "activity": describe_activity(entries[:6], actor=request.actor, pages=ACTIVITY_PAGES),
        "can_manage": request.actor.can(_MANAGE),
    }
    return render_page(request, "portals/agency/equipment/detail.html", context)


@portal_view(_MANAGE, methods=_FORM)
def edit_equipment(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save what something costs, and how many pieces there are."""
    item = access_equipment(request.actor, public_id, permission=_MANAGE)
    spaces = _list_spaces(request, item.location)
    initial = EquipmentChangeForm.initial_of(item)
    form = EquipmentChangeForm(posted(request), spaces=spaces, initial=initial)

    def save() -> Equipment:
        version = form.value_of("version")
        return change_equipment(item, actor=request.actor, version=version, **form.values())

    context: dict[str, Any] = {"form": form, "item": item, "location": item.location}
    try:
        saved = apply_form(form, save)
    except Stale as error:
        data = renew_post(request, access_equipment(request.actor, public_id))
        again = {"form": EquipmentChangeForm(data, spaces=spaces), "stale": error.message}
        return _show_form(request, {**context, **again}, status=409)
    if saved is not None:
        toast(request, _("The changes are saved."))
        return go(request, _page_of(saved))
    return _show_form(request, context, status=422 if form.is_bound else 200)


@portal_view(_MANAGE, methods=_FORM)
def archive(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then lend something no more."""
    item = access_equipment(request.actor, public_id, permission=_MANAGE)
    if request.method != "POST":
        return render_page(request, "portals/agency/equipment/archive.html", {"item": item})
    return carry_out(
        request,
        lambda: archive_equipment(item, actor=request.actor, now=timezone.now()),
        done=_("%(name)s is archived.") % {"name": item.name},
        then=reverse("agency:location-detail", args=[item.location.public_id]),
    )


def _list_spaces(request: PortalRequest, location: Location) -> list[Space]:
    return list(list_spaces_for(request.actor).filter(location=location))


def _show_form(request: PortalRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    return render_page(request, "portals/agency/equipment/form.html", context, status=status)


def _page_of(item: Equipment) -> str:
    return reverse("agency:equipment-detail", args=[item.public_id])
