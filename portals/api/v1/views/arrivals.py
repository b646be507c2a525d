"""``reservations/{id}/check-in`` and ``/no-show``: the day itself, and mistakes taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_reservation
from booking.bookers import booker_of
from booking.models import Reservation
from booking.services.arrivals import check_in, mark_missed, undo_check_in, undo_missed
from booking.services.extending import extend_stay
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.parsing import read_version
from portals.api.v1.bookings import answer_reservation
from portals.api.v1.serializers.reservations import ReservationOut
from portals.api.v1.serializers.stays import ExtendIn
from portals.api.v1.views.reservations import TAG
from tenants.permissions import Permission


class ReservationCheckIn(Endpoint):
    """They are here."""

    @operation("Check in", tag=TAG, scope=Permission.RESERVATION_MANAGE, answer=ReservationOut)
    def post(self, request: Request, *, reservation_id: str) -> Response:
        """Note that the people came, from an hour before their time until its end.

        Earlier answers 409 ``too_early``. Doing it again changes nothing.
        """
        return _note(request, reservation_id, check_in)


class ReservationCheckInUndo(Endpoint):
    """They are not here."""

    @operation(
        "Take back a check-in",
        tag=TAG,
        scope=Permission.RESERVATION_MANAGE,
        answer=ReservationOut,
    )
    def post(self, request: Request, *, reservation_id: str) -> Response:
        """Take back that the people came: the reservation is ``CONFIRMED`` again."""
        return _note(request, reservation_id, undo_check_in)


class ReservationNoShow(Endpoint):
    """They are not."""

    @operation(
        "Mark a no-show", tag=TAG, scope=Permission.RESERVATION_MANAGE, answer=ReservationOut
    )
    def post(self, request: Request, *, reservation_id: str) -> Response:
        """Note that nobody came; the rest of the time is free for others."""
        return _note(request, reservation_id, mark_missed)


class ReservationNoShowUndo(Endpoint):
    """They are here after all."""

    @operation(
        "Take back a no-show", tag=TAG, scope=Permission.RESERVATION_MANAGE, answer=ReservationOut
    )
    def post(self, request: Request, *, reservation_id: str) -> Response:
        """Take back that nobody came, until a day after the end.

        Answers 409 ``slot_taken`` if somebody else has the time by now.
        """
        return _note(request, reservation_id, undo_missed)


class ReservationExtend(Endpoint):
    """They stay longer."""

    @operation(
        "Extend a stay",
        tag=TAG,
        scope=Permission.RESERVATION_MAKE,
        body=ExtendIn,
        answer=ReservationOut,
        example={"ends_at": "2030-01-31T12:00:00+01:00"},
        versioned=True,
    )
    def post(self, request: Request, *, reservation_id: str, data: dict[str, Any]) -> Response:
        """Let a stay that runs at this moment last longer; what that costs more is ``due`` then.

        Answers 409 ``slot_taken`` if somebody comes after them.
        """
        actor = actor_of(request)
        found = access_reservation(actor, reservation_id, permission=Permission.RESERVATION_MAKE)
        return answer_reservation(
            extend_stay(
                found,
                ends_at=data["ends_at"],
                booker=booker_of(actor),
                actor=actor,
                now=timezone.now(),
                version=read_version(request),
            )
        )


def _note(request: Request, reservation_id: str, service: Callable[..., Reservation]) -> Response:
    actor = actor_of(request)
    found = access_reservation(actor, reservation_id, permission=Permission.RESERVATION_MANAGE)
    return answer_reservation(service(found, actor=actor, now=timezone.now()))
