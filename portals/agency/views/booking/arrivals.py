"""The day itself: people come, or they do not, and mistakes are taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_reservation
from booking.models import Reservation
from booking.services.arrivals import check_in, mark_missed, undo_check_in, undo_missed
from portals.shared.access import portal_view
from portals.shared.actions import carry_out
from portals.shared.requests import PortalRequest
from tenants.permissions import Permission

_MANAGE: Final = Permission.RESERVATION_MANAGE


@portal_view(_MANAGE, methods=("POST",))
def note_arrival(request: PortalRequest, public_id: str) -> HttpResponse:
    """Note that the people came."""
    reservation = access_reservation(request.actor, public_id, permission=_MANAGE)
    done = _("%(name)s is here.") % {"name": reservation.name}
    return _note(request, reservation, check_in, done=done)


@portal_view(_MANAGE, methods=("POST",))
def take_back_arrival(request: PortalRequest, public_id: str) -> HttpResponse:
    """Take back that the people came."""
    reservation = access_reservation(request.actor, public_id, permission=_MANAGE)
    return _note(request, reservation, undo_check_in, done=_("The check-in is taken back."))


@portal_view(_MANAGE, methods=("POST",))
def note_absence(request: PortalRequest, public_id: str) -> HttpResponse:
    """Note that nobody came; the rest of the time is free."""
    reservation = access_reservation(request.actor, public_id, permission=_MANAGE)
    done = _("Noted; the rest of the time is free again.")
    return _note(request, reservation, mark_missed, done=done)


@portal_view(_MANAGE, methods=("POST",))
def take_back_absence(request: PortalRequest, public_id: str) -> HttpResponse:
    """Take back that nobody came; the time is theirs again."""
    reservation = access_reservation(request.actor, public_id, permission=_MANAGE)
    done = _("The time belongs to %(name)s again.") % {"name": reservation.name}
    return _note(request, reservation, undo_missed, done=done)


def _note(
    request: PortalRequest,
    reservation: Reservation,
    service: Callable[..., Reservation],
    *,
    done: str,
) -> HttpResponse:
    return carry_out(
        request,
        lambda: service(reservation, actor=request.actor, now=timezone.now()),
        done=done,
        then=reverse("agency:reservation-detail", args=[reservation.public_id]),
    )
