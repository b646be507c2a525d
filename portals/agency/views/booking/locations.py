"""Locations: list, data and week, days that are different."""

from __future__ import annotations

from typing import Final

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.access import access_exception, access_location
from booking.models import Location, OpeningRule, Space
from booking.opening import Hours
from booking.selectors.equipment import list_equipment_for
from booking.selectors.places import list_locations_for, list_spaces_for
from booking.services.exceptions import add_exception, remove_exception
from booking.services.locations import (
    ZoneIsFixed,
    archive_location,
    change_location,
    create_location,
)
from portals.agency.forms.places import DaysOffForm, LocationChangeForm, LocationCreateForm
from portals.agency.looks import ACTIVITY_PAGES
from portals.agency.views.booking.left_outside import toast_hours
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.activity import describe_activity, list_activity_for
from portals.shared.booking.equipment import write_piece_price
from portals.shared.clock import describe_week
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate, read_search
from portals.shared.requests import PortalRequest
from portals.shared.stale import renew_post
from spotex.kernel.versions import Stale
from tenants.customers.selectors import list_customers_for
from tenants.customers.states import CustomerState
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_MANAGE: Final = Permission.SPACE_MANAGE
_USUAL_WEEK: Final = tuple(Hours(weekday=day, opens=9 * 60, closes=18 * 60) for day in range(5))


@portal_view(Permission.SPACE_VIEW)
def list_locations(request: PortalRequest) -> HttpResponse:
    """Show the houses in which there are spaces."""
    text = read_search(request)
    rows = _find(request, text=text)
    context = {
        "page": paginate(request, rows),
        "search": text,
        "can_manage": request.actor.can(_MANAGE),
    }
    return render_page(
        request,
        "portals/agency/locations/list.html",
        context,
        partials={"location-rows": "rows"},
    )


def _find(request: PortalRequest, *, text: str) -> QuerySet[Location]:
    rows = list_locations_for(request.actor)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(address__icontains=text))
    return rows.annotate(space_count=Count("spaces", filter=Q(spaces__archived_at=None)))


@portal_view(_MANAGE, methods=_FORM)
def add_location(request: PortalRequest) -> HttpResponse:
    """Show and save the form of a new location."""
    customers = list_customers_for(request.actor).filter(state=CustomerState.ACTIVE)
    form = LocationCreateForm(
        posted(request),
        customers=list(customers.order_by("name", "pk")),
        initial=LocationCreateForm.initial_of_week(_USUAL_WEEK),
    )
    made = apply_form(form, lambda: create_location(actor=request.actor, **form.values()))
    if made is not None:
        toast(request, _("%(name)s is added.") % {"name": made.name})
        return go(request, _page_of(made))
    return _show_form(request, {"form": form}, status=422 if form.is_bound else 200)


@portal_view(Permission.SPACE_VIEW)
def show_location(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show one location: its spaces, its week, and the days that are different."""
    location = access_location(request.actor, public_id)
    entries = list_activity_for(request.actor).filter(subject_public_id=location.public_id)
    equipment = list_equipment_for(request.actor)
    context = {
        "location": location,
        "spaces": list_spaces_for(request.actor).filter(location=location)[:100],
        "equipment": [(one, write_piece_price(one)) for one in equipment.filter(location=location)],
        "week": describe_week(_list_rules(location)),
        "exceptions": location.exceptions.select_related("space").order_by("first_day", "pk"),
        "activity": describe_activity(entries[:6], actor=request.actor, pages=ACTIVITY_PAGES),
        "can_manage": request.actor.can(_MANAGE),
    }
    return render_page(request, "portals/agency/locations/detail.html", context)


@portal_view(_MANAGE, methods=_FORM)
def edit_location(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save a location's data and its week."""
    location = access_location(request.actor, public_id, permission=_MANAGE)
    initial = LocationChangeForm.initial_of(location, rules=_list_rules(location))
    form = LocationChangeForm(posted(request), initial=initial)
    try:
        saved = apply_form(
            form,
            lambda: change_location(
                location, actor=request.actor, version=form.value_of("version"), **form.values()
            ),
        )
    except Stale as error:
        data = renew_post(request, access_location(request.actor, public_id))
        context = {"form": LocationChangeForm(data), "location": location, "stale": error.message}
        return _show_form(request, context, status=409)
    except ZoneIsFixed as error:
        form.add_domain_error(error)
        saved = None
    if saved is not None:
        toast_hours(request, _list_spaces(request, saved), saved=_("The changes are saved."))
        return go(request, _page_of(saved))
    context = {"form": form, "location": location}
    return _show_form(request, context, status=422 if form.is_bound else 200)


@portal_view(_MANAGE, methods=_FORM)
def archive(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then offer a location and its spaces no longer."""
    location = access_location(request.actor, public_id, permission=_MANAGE)
    if request.method != "POST":
        context = {"location": location}
        return render_page(request, "portals/agency/locations/archive.html", context)
    return carry_out(
        request,
        lambda: archive_location(location, actor=request.actor),
        done=_("%(name)s is archived.") % {"name": location.name},
        then=reverse("agency:location-list"),
    )


@portal_view(_MANAGE, methods=_FORM)
def add_days_off(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show and save the form of days on which the usual hours do not hold."""
    location = access_location(request.actor, public_id, permission=_MANAGE)
    spaces = list(_list_spaces(request, location))
    form = DaysOffForm(posted(request), spaces=spaces)
    made = apply_form(form, lambda: add_exception(location, actor=request.actor, **form.values()))
    if made is not None:
        done = _("The calendar follows it from now on.")
        toast_hours(request, _list_spaces(request, location), saved=done)
        return go(request, _page_of(location))
    return render_page(
        request,
        "portals/agency/locations/days_off.html",
        {"form": form, "location": location},
        status=422 if form.is_bound else 200,
    )


@portal_view(_MANAGE, methods=("POST",))
def remove_days_off(request: PortalRequest, public_id: str) -> HttpResponse:
    """Let the usual hours hold again."""
    exception = access_exception(request.actor, public_id, permission=_MANAGE)
    return carry_out(
        request,
        lambda: remove_exception(exception, actor=request.actor),
        done=_("The usual hours hold again."),
        then=_page_of(exception.location),
    )


def _show_form(request: PortalRequest, context: dict[str, object], *, status: int) -> HttpResponse:
    return render_page(request, "portals/agency/locations/form.html", context, status=status)


def _list_spaces(request: PortalRequest, location: Location) -> QuerySet[Space]:
    return list_spaces_for(request.actor).filter(location=location)


def _list_rules(location: Location) -> list[OpeningRule]:
    return list(OpeningRule.objects.filter(location=location, space=None))


def _page_of(location: Location) -> str:
    return reverse("agency:location-detail", args=[location.public_id])
