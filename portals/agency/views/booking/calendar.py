"""The calendar: a day or a week of one location; booking for somebody, blocking a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from booking.access import access_block, access_space
from booking.bookers import booker_of
from booking.models import Block, Location, Reservation, Space
from booking.selectors.outside import list_conflicts_for
from booking.selectors.places import list_locations_for, list_spaces_for
from booking.services.blocks import block_space, lift_block
from booking.services.equipment_uses import find_choices
from booking.services.reservations import book_space
from portals.agency.calendar.day import build_day, build_week
from portals.agency.calendar.proposing import find_next_hour
from portals.agency.forms.bookings import RENAMED, BlockForm, BookForm, TimeForm
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.forms import apply_form, posted
from portals.shared.htmx import go, render_page, toast
from portals.shared.lists import read_choice
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import Conflict
from tenants.customers.selectors import list_customers_for
from tenants.customers.states import CustomerState
from tenants.permissions import Permission

_FORM: Final = ("GET", "HEAD", "POST")
_MOST_COLUMNS: Final = 40
_HOUR_MINUTES: Final = 60


@portal_view(Permission.RESERVATION_VIEW)
def show_calendar(request: PortalRequest) -> HttpResponse:
    """Show who is where, and what is free, by the clock of one location."""
    locations = list(list_locations_for(request.actor))
    location = _choose_location(request, locations)
    if location is None:
        may_add = {"can_manage": request.actor.can(Permission.SPACE_MANAGE)}
        return render_page(request, "portals/agency/calendar/empty.html", may_add)
    now = timezone.now()
    day = _read_day(request, location, now=now)
    is_week = read_choice(request, "view", among=("day", "week")) == "week"
    spaces = list(list_spaces_for(request.actor).filter(location=location)[:_MOST_COLUMNS])
    monday = day - timedelta(days=day.weekday())
    context = {
        "locations": locations,
        "location": location,
        "spaces": spaces,
        "picked": _choose_space(request, spaces),
        "day": day,
        "today": now.astimezone(ZoneInfo(location.time_zone)).date(),
        "is_week": is_week,
        "days": [monday + timedelta(days=number) for number in range(7)],
        "table": None if is_week else build_day(spaces, day, now=now),
        "weeks": build_week(spaces, monday) if is_week else [],
        "zone": now.astimezone(ZoneInfo(location.time_zone)).tzname(),
        "links": _list_links(location, day=day, is_week=is_week, space=request.GET.get("space")),
        "conflicts": list_conflicts_for(request.actor).count(),
        "can_book": request.actor.can(Permission.RESERVATION_MAKE),
        "can_block": request.actor.can(Permission.RESERVATION_MANAGE),
    }
    return render_page(
        request, "portals/agency/calendar/show.html", context, partials={"calendar": "grid"}
    )


def _choose_location(request: PortalRequest, locations: Sequence[Location]) -> Location | None:
    wanted = request.GET.get("location", "")
    chosen = next((one for one in locations if one.public_id == wanted), None)
    return chosen or next(iter(locations), None)


def _choose_space(request: PortalRequest, spaces: Sequence[Space]) -> Space | None:
    """Return the space that a phone shows."""
    wanted = request.GET.get("space", "")
    chosen = next((one for one in spaces if one.public_id == wanted), None)
    return chosen or next(iter(spaces), None)


def _read_day(request: PortalRequest, location: Location, *, now: datetime) -> date:
    today = now.astimezone(ZoneInfo(location.time_zone)).date()
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return day if abs(day.year - today.year) <= 20 else today


def _list_links(
    location: Location, *, day: date, is_week: bool, space: str | None
) -> dict[str, str]:
    step = timedelta(days=7 if is_week else 1)
    view = "week" if is_week else "day"

    def lead(**changes: str) -> str:
        query = {"location": location.public_id, "view": view, "day": day.isoformat()}
        if space:
            query["space"] = space
        return f"?{urlencode({**query, **changes})}"

    return {
        "earlier": lead(day=(day - step).isoformat()),
        "later": lead(day=(day + step).isoformat()),
        "day": lead(view="day"),
        "week": lead(view="week"),
    }


@portal_view(Permission.RESERVATION_MAKE, methods=_FORM)
def book(request: PortalRequest, public_id: str) -> HttpResponse:
    """Book a space for a customer or a guest."""
    space = access_space(request.actor, public_id, permission=Permission.RESERVATION_MAKE)
    customers = list_customers_for(request.actor).filter(state=CustomerState.ACTIVE)
    form = BookForm(
        posted(request),
        space=space,
        at=read_moment(request, space),
        customers=list(customers.order_by("name", "pk")),
        language=get_language() or request.actor.language,
    )

    def save() -> Reservation:
        return book_space(
            space,
            stay=form.read_period(),
            booker=booker_of(request.actor),
            visitor=form.read_visitor(),
            actor=request.actor,
            now=timezone.now(),
            pays_later=form.cleaned_data.get("pays_later", False),
            voucher=form.cleaned_data.get("voucher", ""),
            equipment=find_choices(form.read_equipment(), space=space),
            with_credits=form.cleaned_data.get("with_credits", False),
        )

    try:
        made = apply_form(form, save, renamed=RENAMED)
    except Conflict as error:
        return _show_form(request, form, space=space, template="book", taken=error.message)
    if made is not None:
        toast(request, _("%(space)s is booked for %(name)s.") % _name(made))
        return go(request, reverse("agency:reservation-detail", args=[made.public_id]))
    return _show_form(request, form, space=space, template="book")


@portal_view(Permission.RESERVATION_MANAGE, methods=_FORM)
def block(request: PortalRequest, public_id: str) -> HttpResponse:
    """Keep everybody out of a space for some time."""
    space = access_space(request.actor, public_id, permission=Permission.RESERVATION_MANAGE)
    form = BlockForm(
        posted(request), space=space, at=read_moment(request, space), minutes=_HOUR_MINUTES
    )

    def save() -> Block:
        return block_space(
            space,
            period=form.read_period(),
            actor=request.actor,
            reason=form.cleaned_data["reason"],
        )

    try:
        made = apply_form(form, save, renamed=RENAMED)
    except Conflict as error:
        return _show_form(request, form, space=space, template="block", taken=error.message)
    if made is not None:
        toast(request, _("Nobody can book %(name)s then.") % {"name": space.name})
        return go(request, calendar_of(space, made.starts_at))
    return _show_form(request, form, space=space, template="block")


@portal_view(Permission.RESERVATION_VIEW)
def show_block(request: PortalRequest, public_id: str) -> HttpResponse:
    """Show why nobody can book a space, and end that."""
    found = access_block(request.actor, public_id)
    context = {
        "closing": found,
        "back": calendar_of(found.space, found.starts_at),
        "can_lift": request.actor.can(Permission.RESERVATION_MANAGE),
    }
    return render_page(request, "portals/agency/calendar/block_detail.html", context)


@portal_view(Permission.RESERVATION_MANAGE, methods=("POST",))
def lift(request: PortalRequest, public_id: str) -> HttpResponse:
    """Let people book again."""
    found = access_block(request.actor, public_id, permission=Permission.RESERVATION_MANAGE)
    return carry_out(
        request,
        lambda: lift_block(found, actor=request.actor),
        done=_("%(name)s can be booked again.") % {"name": found.space.name},
        then=calendar_of(found.space, found.starts_at),
    )


def _show_form(
    request: PortalRequest, form: TimeForm, *, space: Space, template: str, taken: str = ""
) -> HttpResponse:
    at = read_moment(request, space)
    context: dict[str, Any] = {
        "form": form,
        "space": space,
        "taken": taken,
        "back": calendar_of(space, at),
        "at": at,
    }
    status = 409 if taken else 422 if form.is_bound else 200
    return render_page(request, f"portals/agency/calendar/{template}.html", context, status=status)


def read_moment(request: PortalRequest, space: Space) -> datetime:
    """Return the moment that the address asks for, else the next hour at which a space is open.

    Without ``at`` the address may name a ``day``: then it is looked for from that day on.
    """
    try:
        at = datetime.fromisoformat(request.GET.get("at", "").replace(" ", "+"))
        if at.tzinfo is not None and abs(at.year - timezone.now().year) <= 20:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    now = timezone.now()
    return find_next_hour(space, day=_read_day(request, space.location, now=now), now=now)


def calendar_of(space: Space, at: datetime) -> str:
    """Return the day of the calendar on which a moment of a space lies."""
    day = at.astimezone(ZoneInfo(space.location.time_zone)).date()
    query = {"location": space.location.public_id, "day": day, "space": space.public_id}
    return f"{reverse('agency:calendar')}?{urlencode(query)}"


def _name(reservation: Reservation) -> dict[str, str]:
    return {"space": reservation.space.name, "name": reservation.name}
