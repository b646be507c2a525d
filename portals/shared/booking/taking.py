"""From a hold to a reservation, for customers and guests alike."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from booking.access import access_hold
from booking.models import Hold
from booking.services.holds import release_hold
from portals.shared.booking.desks import Desk
from portals.shared.htmx import go, toast
from portals.shared.requests import PortalRequest
from portals.stay_times import zone_of
from spotex.kernel.errors import Conflict


def give_hold_back(request: PortalRequest, public_id: str, *, desk: Desk) -> HttpResponse:
    """End a hold and go back to the slots of its day.

    Raises:
        Missing: it is somebody else's.
        HoldExpired: it became a reservation.
    """
    hold = access_hold(desk.booker, public_id)
    release_hold(hold, booker=desk.booker, actor=desk.actor)
    return go(request, day_url(desk, hold))


def day_url(desk: Desk, hold: Hold) -> str:
    """Return the page of the day on which a hold lies."""
    day = hold.starts_at.astimezone(zone_of(hold.space)).date()
    return f"{desk.space_url(hold.space)}?day={day}"


def back_to_slots(
    request: PortalRequest, hold: Hold, *, desk: Desk, call: Callable[[], HttpResponse]
) -> HttpResponse:
    """Return what a call answers; where the clock or somebody was faster, show the slots again."""
    try:
        return call()
    except Conflict as error:
        toast(request, error.message or _("This hold is over."), tone="error")
        return go(request, day_url(desk, hold))
