"""The list of spaces with their next free time, and the page of one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from booking.models import Location, Space, SpacePhoto
from booking.selectors.free_time import find_next_starts
from booking.selectors.photos import find_covers
from booking.selectors.places import search_spaces
from booking.services.demand import note_nothing_free
from portals.shared.booking.choosing import choose_slot, give_slot_back, read_slot
from portals.shared.booking.days import read_day
from portals.shared.booking.desks import Desk
from portals.shared.booking.grid import view_day
from portals.shared.booking.prices import write_rate
from portals.shared.errors import status_of
from portals.shared.htmx import render_page
from portals.shared.lists import paginate, read_search
from portals.shared.requests import PortalRequest, address_of
from portals.stay_times import write_clock, write_day, zone_of
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.limits import HOUR, LimitExceeded, is_first, network_of


@dataclass(frozen=True, kw_only=True)
class SpaceRow:
    """One space in the list; ``next_free`` is empty when nothing is free for days."""

    space: Space
    url: str
    price: str
    next_free: str
    cover: SpacePhoto | None


def build_space_list(
    request: PortalRequest, spaces: QuerySet[Space], *, desk: Desk, now: datetime
) -> dict[str, Any]:
    """Return what the list of spaces shows, grouped by location."""
    search = read_search(request)
    page = paginate(request, search_spaces(spaces, text=search))
    starts = find_next_starts(list(page.object_list), now=now)
    covers = find_covers(list(page.object_list))
    places: dict[Location, list[SpaceRow]] = {}
    for space in page.object_list:
        row = _make_row(space, start=starts[space.pk], desk=desk, now=now)
        row = replace(row, cover=covers.get(space.pk))
        places.setdefault(space.location, []).append(row)
    return {"page": page, "search": search, "places": list(places.items())}


def show_space(
    request: PortalRequest, space: Space, *, desk: Desk, template: str, now: datetime
) -> HttpResponse:
    """Show the slots of a day, live."""
    day = read_day(request, space, now=now)
    view = view_day(desk, space, day, now=now)
    # Not what a page does by itself: the same person looks once.
    if view.is_full and desk.can_book and not request.htmx and _is_new(request, space, day, desk):
        note_nothing_free(space, day=day)
    context = {"view": view, "can_book": desk.can_book}
    return render_page(request, template, context, partials={"space-live": "live"})


def _is_new(request: PortalRequest, space: Space, day: date, desk: Desk) -> bool:
    """Tell whether somebody did not look at this day within an hour.

    Guests count by their network: a program that follows links takes no cookie.
    """
    booker = desk.booker
    who = network_of(address_of(request)) if booker.is_guest else booker.key
    return is_first("full-day", f"{space.public_id} {day} {who}", seconds=HOUR)


def take_choice(
    request: PortalRequest, space: Space, *, desk: Desk, template: str, now: datetime
) -> HttpResponse:
    """Hold or give back the slot that was clicked; say in the grid why it was refused.

    Raises:
        Missing: there is no such slot.
        LimitExceeded: too many at a time.
    """
    wanted, dropped = request.POST.get("slot", ""), request.POST.get("drop", "")
    refusal: Conflict | RuleViolation | None = None
    try:
        if dropped:
            give_slot_back(desk, space, read_slot(space, dropped), now=now)
        else:
            choose_slot(desk, space, read_slot(space, wanted), now=now)
    except LimitExceeded:
        raise
    except (Conflict, RuleViolation) as error:
        refusal = error
    day = read_day(request, space, now=now)
    if refusal is None and not request.htmx:
        return redirect(f"{desk.space_url(space)}?day={day}#space-live")
    return render_page(
        request,
        template,
        {
            "view": view_day(desk, space, day, now=now),
            "can_book": desk.can_book,
            "refusal": refusal,
        },
        partials={"space-live": "live"},
        status=status_of(refusal) if refusal else 200,
    )


def _make_row(space: Space, *, start: datetime | None, desk: Desk, now: datetime) -> SpaceRow:
    url, next_free = desk.space_url(space), ""
    if start is not None:
        local = start.astimezone(zone_of(space))
        is_today = local.date() == now.astimezone(zone_of(space)).date()
        day = _("today") if is_today else write_day(local.date(), pattern="EEE d MMM")
        next_free, url = f"{day}, {write_clock(local)}", f"{url}?day={local.date()}"
    return SpaceRow(
        space=space,
        url=url,
        price=write_rate(space),
        next_free=next_free,
        cover=None,
    )
