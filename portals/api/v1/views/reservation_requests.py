"""``reservations/{id}/approve`` and ``/decline``: the agency's yes or no to who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_reservation
from booking.models import Reservation
from booking.services.requests import approve_request, decline_request
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.v1.bookings import answer_reservation
from portals.api.v1.serializers.reservations import ReservationOut
from portals.api.v1.serializers.stays import AnswerIn
from portals.api.v1.views.reservations import TAG
from tenants.permissions import Permission


class ReservationApprove(Endpoint):
    """Yes."""

    @operation(
        "Approve a reservation",
        tag=TAG,
        scope=Permission.RESERVATION_MANAGE,
        body=AnswerIn,
        answer=ReservationOut,
        example={"words": "You are welcome."},
    )
    def post(self, request: Request, *, reservation_id: str, data: dict[str, Any]) -> Response:
        """Say yes to a reservation that is ``PENDING_APPROVAL``.

        What is paid first is ``PENDING_PAYMENT`` until ``pay_by`` then, the rest ``CONFIRMED``.
        After ``answer_by`` the space is not kept any more: 409 ``answer_too_late``.
        """
        return _answer(request, reservation_id, approve_request, data=data)


class ReservationDecline(Endpoint):
    """No."""

    @operation(
        "Decline a reservation",
        tag=TAG,
        scope=Permission.RESERVATION_MANAGE,
        body=AnswerIn,
        answer=ReservationOut,
        example={"words": "We keep that day for works."},
    )
    def post(self, request: Request, *, reservation_id: str, data: dict[str, Any]) -> Response:
        """Say no to a reservation that is ``PENDING_APPROVAL``; the time is free at once."""
        return _answer(request, reservation_id, decline_request, data=data)


def _answer(
    request: Request,
    reservation_id: str,
    service: Callable[..., Reservation],
    *,
    data: Mapping[str, Any],
) -> Response:
    actor = actor_of(request)
    found = access_reservation(actor, reservation_id, permission=Permission.RESERVATION_MANAGE)
    return answer_reservation(service(found, actor=actor, now=timezone.now(), words=data["words"]))
