"""Moving a reservation, letting it last longer, lending other things with it: without scripts."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from booking.access import access_reservation
from booking.bookers import booker_of
from portals.shared.access import portal_view
from portals.shared.booking.equipping import answer_equipment
from portals.shared.booking.extending import answer_extension
from portals.shared.booking.moving import answer_move
from portals.shared.requests import PortalRequest
from tenants.permissions import Permission


@portal_view(Permission.RESERVATION_MAKE, methods=("GET", "HEAD", "POST"))
def move(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask for another time or space, and move a reservation there."""
    reservation = access_reservation(
        request.actor, public_id, permission=Permission.RESERVATION_MAKE
    )
    page = reverse("agency:reservation-detail", args=[reservation.public_id])
    template = "portals/agency/reservations/move.html"
    return answer_move(request, reservation, template=template, page=page)


@portal_view(Permission.RESERVATION_MAKE, methods=("GET", "HEAD", "POST"))
def extend(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask until when people stay, and let them."""
    reservation = access_reservation(
        request.actor, public_id, permission=Permission.RESERVATION_MAKE
    )
    return answer_extension(
        request,
        reservation,
        actor=request.actor,
        booker=booker_of(request.actor),
        template="portals/agency/reservations/extend.html",
        page=reverse("agency:reservation-detail", args=[reservation.public_id]),
    )


@portal_view(Permission.RESERVATION_MAKE, methods=("GET", "HEAD", "POST"))
def equip(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask what is lent with a reservation, and change it."""
    reservation = access_reservation(
        request.actor, public_id, permission=Permission.RESERVATION_MAKE
    )
    return answer_equipment(
        request,
        reservation,
        actor=request.actor,
        booker=booker_of(request.actor),
        template="portals/agency/reservations/equipment.html",
        page=reverse("agency:reservation-detail", args=[reservation.public_id]),
    )
