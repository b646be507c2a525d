"""Calendars elsewhere that keep a space busy, and what of them collides."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_space
from booking.models import OutsideCalendar, Space
from booking.outside_access import access_conflict, access_outside_calendar
from booking.outside_problems import PROBLEMS
from booking.selectors.outside import (
    list_collisions,
    list_conflicts_for,
    list_outside_calendars_for,
)
from booking.services.outside import (
    add_outside_calendar,
    add_outside_file,
    ignore_outside_event,
    read_soon,
    remove_outside_calendar,
    retry_outside_event,
)
from portals.agency.forms.outside import OutsideForm
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import paginate
from portals.shared.requests import PortalRequest
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_SPACES: Final = Permission.SPACE_MANAGE
_STAYS: Final = Permission.RESERVATION_MANAGE


@portal_view(_SPACES, methods=_FORM)
def list_calendars(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show the calendars elsewhere of a space, how they are, and add one."""
    space = access_space(request.actor, public_id, permission=_SPACES)
    form = OutsideForm(posted(request), request.FILES or None)
    made = apply_form(form, lambda: _add(request, space, form))
    if made is not None:
        toast(request, _("%(name)s is added.") % {"name": made.name})
        return go(request, _list_of(space))
    rows = list_outside_calendars_for(request.actor).filter(space=space)
    context = {
        "space": space,
        "form": form,
        "rows": [(one, PROBLEMS.get(one.problem)) for one in rows],
    }
    status = 422 if form.is_bound else 200
    return render_page(request, "portals/agency/spaces/calendars.html", context, status=status)


def _add(request: PortalRequest, space: Space, form: OutsideForm) -> OutsideCalendar:
    actor, at, said = request.actor, timezone.now(), form.cleaned_data
    if said["file"]:
        content = said["file"].read()
        return add_outside_file(space, actor=actor, name=said["name"], content=content, at=at)
    return add_outside_calendar(space, actor=actor, name=said["name"], url=said["url"], at=at)


@portal_view(_SPACES, methods=("POST",))
def read_now(request: PortalRequest, public_id: str) -> HttpResponse:
    """Read a calendar elsewhere soon."""
    calendar = access_outside_calendar(request.actor, public_id)
    return carry_out(
        request,
        lambda: read_soon(calendar, actor=request.actor, at=timezone.now()),
        done=_("%(name)s is read within a minute.") % {"name": calendar.name},
        then=_list_of(calendar.space),
    )


@portal_view(_SPACES, methods=_FORM)
def remove(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask, then free what a calendar elsewhere keeps busy."""
    calendar = access_outside_calendar(request.actor, public_id)
    back = _list_of(calendar.space)
    if request.method != "POST":
        context = {"calendar": calendar, "back": back}
        return render_page(request, "portals/agency/spaces/calendar_remove.html", context)
    return carry_out(
        request,
        lambda: remove_outside_calendar(calendar, actor=request.actor, at=timezone.now()),
        done=_("%(name)s keeps nothing busy any more.") % {"name": calendar.name},
        then=back,
    )


@portal_view(_STAYS)
def list_conflicts(request: PortalRequest) -> HttpResponse:
    """Show what calendars elsewhere keep busy although it is sold here."""
    page = paginate(request, list_conflicts_for(request.actor))
    events = list(page.object_list)
    collisions = list_collisions(events)
    context = {"page": page, "rows": [(one, collisions[one.pk]) for one in events]}
    return render_page(request, "portals/agency/calendar/conflicts.html", context)


@portal_view(_STAYS, methods=("POST",))
def ignore(request: PortalRequest, public_id: str) -> HttpResponse:
    """Let a colliding event not count."""
    event = access_conflict(request.actor, public_id)
    return carry_out(
        request,
        lambda: ignore_outside_event(event, actor=request.actor),
        done=_("The event is ignored; what is reserved stays."),
        then=reverse("agency:conflict-list"),
    )


@portal_view(_STAYS, methods=("POST",))
def retry(request: PortalRequest, public_id: str) -> HttpResponse:
    """Look whether an event still collides."""
    event = access_conflict(request.actor, public_id)
    if retry_outside_event(event, actor=request.actor, at=timezone.now()):
        toast(request, _("It is solved: the space is busy then."))
    else:
        toast(request, _("It still collides."), tone="warn")
    return go(request, reverse("agency:conflict-list"))


def _list_of(space: Space) -> str:
    return reverse("agency:outside-list", args=[space.public_id])
