"""``slots``: held for a quarter of an hour, booked, or given back."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_slot
from booking.bookers import booker_of
from booking.selectors.reservations import find_open_hold
from booking.services.holds import hold_space, release_hold
from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.v1.bookings import book
from portals.api.v1.serializers.equipment import HoldIn, read_pieces
from portals.api.v1.serializers.reservations import BookedOut, BookIn
from portals.api.v1.serializers.slots import HoldOut, ReleaseOut, show_hold
from tenants.permissions import Permission

TAG: Final = "slots"
GUEST: Final = {"guest": {"name": "Anna Verdi", "email": "anna@verdi.example"}}


class SlotHold(Endpoint):
    """Kept for one, shown to all."""

    @operation(
        "Hold a slot",
        tag=TAG,
        scope=Permission.RESERVATION_MAKE,
        body=HoldIn,
        answer=HoldOut,
        status=201,
        idempotent=True,
    )
    def post(self, request: Request, *, slot_id: str, data: dict[str, Any]) -> Response:
        """Keep a slot free for you for 15 minutes; it frees itself at ``expires_at``.

        If anybody has it, or a part of it, the answer is 409 ``slot_taken``. So is
        ``equipment_taken`` where others have what you want with it.
        """
        actor = actor_of(request)
        space, slot = access_slot(actor, slot_id)
        hold = hold_space(
            space,
            stay=slot.stay,
            booker=booker_of(actor),
            actor=actor,
            now=timezone.now(),
            equipment=read_pieces(data, space=space) or (),
        )
        return answer(show_hold(hold), status=201)


class SlotBook(Endpoint):
    """Theirs."""

    @operation(
        "Book a slot",
        tag=TAG,
        scope=Permission.RESERVATION_MAKE,
        body=BookIn,
        answer=BookedOut,
        status=201,
        example=GUEST,
        idempotent=True,
    )
    def post(self, request: Request, *, slot_id: str, data: dict[str, Any]) -> Response:
        """Make a reservation of a slot that you hold, or that is free.

        What is paid first is ``PENDING_PAYMENT`` until ``pay_by``, and then free again; where the
        agency agrees first, it is ``PENDING_APPROVAL`` until ``answer_by``.
        """
        space, slot = access_slot(actor_of(request), slot_id)
        return book(actor_of(request), space, stay=slot.stay, data=data)


class SlotRelease(Endpoint):
    """Free for others."""

    @operation("Release a slot", tag=TAG, scope=Permission.RESERVATION_MAKE, answer=ReleaseOut)
    def post(self, request: Request, *, slot_id: str) -> Response:
        """Give your hold of a slot back; if you hold nothing of it, nothing happens."""
        actor = actor_of(request)
        space, slot = access_slot(actor, slot_id)
        booker = booker_of(actor)
        hold = find_open_hold(space, slot.stay, booker=booker.key)
        if hold is not None:
            release_hold(hold, booker=booker, actor=actor)
        return answer({"slot": slot_id, "released": hold is not None})
