"""The credits of the visitor's company, and paying with them."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.utils import timezone

from booking.bookers import booker_of
from booking.selectors.credits import (
    current_first,
    list_credits_for,
    list_entries_for,
    list_packages_for,
)
from portals.customer.views.spaces import show_booking
from portals.shared.access import portal_view
from portals.shared.booking.credits import use_credits, write_credits, write_entries, write_left
from portals.shared.booking.desks import Desk
from portals.shared.htmx import render_page
from portals.shared.lists import paginate
from portals.shared.requests import PortalRequest
from tenants.permissions import Permission

_MOST_CREDITS = 100
_MOST_PACKAGES = 50


@portal_view(Permission.RESERVATION_VIEW)
def list_credits(request: PortalRequest) -> HttpResponse:
    """Show what is left, where it went, and what the agency offers."""
    page = paginate(request, list_entries_for(request.actor))
    mine, now = list_credits_for(request.actor), timezone.now()
    context = {
        "credits": write_credits(current_first(mine, at=now)[:_MOST_CREDITS], now=now),
        "left": write_left(mine, now=now),
        "page": page,
        "entries": write_entries(page.object_list),
        "packages": list_packages_for(request.actor)[:_MOST_PACKAGES],
    }
    return render_page(
        request, "portals/customer/credits/list.html", context, partials={"entry-rows": "rows"}
    )


@portal_view(Permission.RESERVATION_MAKE, methods=("POST",))
def put(request: PortalRequest, public_id: str) -> HttpResponse:
    """Pay for a hold with credits, or no longer."""
    actor = request.actor
    desk = Desk(booker=booker_of(actor), actor=actor, pages="customer:")
    show = partial(show_booking, request, desk)
    return use_credits(request, public_id, desk=desk, show=show)
