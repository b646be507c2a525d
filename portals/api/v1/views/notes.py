"""``reservations/{id}/notes`` and ``/internal-notes``."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_reservation
from booking.models import Reservation
from booking.services.notes import change_internal_notes, change_notes
from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.parsing import etag_of, read_version
from portals.api.v1.bookings import answer_reservation
from portals.api.v1.serializers.reservations import ReservationOut
from portals.api.v1.serializers.stays import NotesIn, NotesOut
from portals.api.v1.views.reservations import TAG
from tenants.permissions import Permission


class ReservationNotes(Endpoint):
    """What who comes wrote for the agency."""

    @operation(
        "Replace the notes of a reservation",
        tag=TAG,
        scope=Permission.RESERVATION_MAKE,
        body=NotesIn,
        answer=ReservationOut,
        example={"notes": "Two whiteboards, please."},
    )
    def put(self, request: Request, *, reservation_id: str, data: dict[str, Any]) -> Response:
        """Replace the notes until the stay begins; then it is 409 ``notes_closed``."""
        actor = actor_of(request)
        found = access_reservation(actor, reservation_id, permission=Permission.RESERVATION_MAKE)
        return answer_reservation(
            change_notes(found, notes=data["notes"], actor=actor, now=timezone.now())
        )


class ReservationInternalNotes(Endpoint):
    """What the agency's people write for each other."""

    @operation(
        "Show the internal notes of a reservation",
        tag=TAG,
        scope=Permission.RESERVATION_MANAGE,
        answer=NotesOut,
    )
    def get(self, request: Request, *, reservation_id: str) -> Response:
        """Return the agency's own notes; nobody else ever sees them."""
        found = access_reservation(
            actor_of(request), reservation_id, permission=Permission.RESERVATION_MANAGE
        )
        return _answer(found)

    @operation(
        "Replace the internal notes of a reservation",
        tag=TAG,
        scope=Permission.RESERVATION_MANAGE,
        body=NotesIn,
        answer=NotesOut,
        example={"notes": "Wants the room dark: close the blinds."},
        versioned=True,
    )
    def put(self, request: Request, *, reservation_id: str, data: dict[str, Any]) -> Response:
        """Replace the agency's own notes, at any time."""
        actor = actor_of(request)
        found = access_reservation(actor, reservation_id, permission=Permission.RESERVATION_MANAGE)
        version = read_version(request)
        return _answer(
            change_internal_notes(found, notes=data["notes"], actor=actor, version=version)
        )


def _answer(reservation: Reservation) -> Response:
    return answer({"notes": reservation.internal_notes}, headers={"ETag": etag_of(reservation)})
