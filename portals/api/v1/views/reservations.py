"""``reservations``: stays that were booked, and what became of them."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_reservation, access_space
from booking.bookers import booker_of
from booking.rules import make_period
from booking.selectors.reservations import list_reservations_for, search_reservations
from booking.services.moving import move_reservation
from booking.services.person_limits import count_allowed
from booking.services.series import preview_series
from booking.services.series_cancelling import cancel_as_said
from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate, sort_rows
from portals.api.parsing import read_version
from portals.api.v1.bookings import answer_reservation, book, book_again, make_plan
from portals.api.v1.serializers.equipment import read_pieces
from portals.api.v1.serializers.occurrences import SeriesOut, show_outcome
from portals.api.v1.serializers.reservation_queries import CancelQuery, ReservationQuery
from portals.api.v1.serializers.reservations import (
    BookedOut,
    ReservationChangesIn,
    ReservationIn,
    ReservationOut,
    SeriesIn,
    attach_details,
    show_reservation,
)
from tenants.permissions import Permission

TAG: Final = "reservations"
EXAMPLE_STAY: Final = {
    "space": "spc_01jd3vq8x0v4k5m6n7p8q9r0st",
    "starts_at": "2030-01-31T09:00:00+01:00",
    "ends_at": "2030-01-31T11:00:00+01:00",
}
EXAMPLE: Final = {
    **EXAMPLE_STAY,
    "guest": {"name": "Anna Verdi", "email": "anna@verdi.example"},
}
_FIELDS: Final = {
    "state": "state",
    "space": "space__public_id",
    "location": "space__location__public_id",
    "customer": "customer__public_id",
    "from": "ends_at__gt",
    "to": "starts_at__lt",
}
"""What each filter compares."""


class ReservationList(Endpoint):
    """All reservations that the caller sees."""

    @operation(
        "List reservations",
        tag=TAG,
        scope=Permission.RESERVATION_VIEW,
        query=ReservationQuery,
        answer=ReservationOut,
        many=True,
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Reservations that you see, the latest stay first.

        A customer's people see their company's, and those of others in spaces of their company.
        """
        rows = search_reservations(list_reservations_for(actor_of(request)), text=filters["search"])
        wanted = {field: filters[name] for name, field in _FIELDS.items() if name in filters}
        return paginate(
            sort_rows(rows.filter(**wanted), ordering=filters["ordering"]),
            filters=filters,
            show=show_reservation,
            prepare=attach_details,
        )

    @operation(
        "Create a reservation",
        tag=TAG,
        scope=Permission.RESERVATION_MAKE,
        body=ReservationIn,
        answer=BookedOut,
        status=201,
        example=EXAMPLE,
        idempotent=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Book a space for a time that begins and ends where its slots do.

        What is paid first is ``PENDING_PAYMENT`` until ``pay_by``, and then free again; where the
        agency agrees first, it is ``PENDING_APPROVAL`` until ``answer_by``. With
        ``recurrence`` all stays that are free are booked, each as a reservation of its own.
        """
        actor = actor_of(request)
        space = access_space(actor, data["space"], permission=Permission.RESERVATION_MAKE)
        stay = make_period(starts_at=data["starts_at"], ends_at=data["ends_at"])
        act = book_again if "recurrence" in data else book
        return act(actor, space, stay=stay, data=data)


class ReservationPreview(Endpoint):
    """What a series would become."""

    @operation(
        "Preview reservations that repeat",
        tag=TAG,
        scope=Permission.RESERVATION_MAKE,
        body=SeriesIn,
        answer=SeriesOut,
        example={**EXAMPLE_STAY, "recurrence": {"frequency": "WEEKLY", "count": 10}},
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Say of each stay whether it is free, taken, closed, too far away or skipped by clocks.

        Nothing is booked or held by looking. ``most`` says how many of them you may have, where
        the space has such a limit.
        """
        actor = actor_of(request)
        space = access_space(actor, data["space"], permission=Permission.RESERVATION_MAKE)
        stay = make_period(starts_at=data["starts_at"], ends_at=data["ends_at"])
        plan = make_plan(actor, space, stay=stay, data=data)
        booker = booker_of(actor)
        outcomes = preview_series(plan, booker=booker, now=timezone.now())
        room = count_allowed(space, booker=booker, email=actor.email)
        return answer({"occurrences": [show_outcome(one) for one in outcomes], "most": room})


class ReservationDetail(Endpoint):
    """One reservation."""

    @operation(
        "Show a reservation", tag=TAG, scope=Permission.RESERVATION_VIEW, answer=ReservationOut
    )
    def get(self, request: Request, *, reservation_id: str) -> Response:
        """One reservation with its price and how that came about."""
        return answer_reservation(access_reservation(actor_of(request), reservation_id))

    @operation(
        "Move a reservation",
        tag=TAG,
        scope=Permission.RESERVATION_MAKE,
        body=ReservationChangesIn,
        answer=ReservationOut,
        example={"starts_at": EXAMPLE["starts_at"], "ends_at": EXAMPLE["ends_at"]},
        versioned=True,
    )
    def patch(self, request: Request, *, reservation_id: str, data: dict[str, Any]) -> Response:
        """Move a confirmed reservation, or lend other equipment with it; if it cannot be, it stays.

        What is paid already moves only where the price is the same; what more equipment costs is
        paid afterwards. With ``If-Match`` a change that happened since you looked answers 409.
        """
        actor = actor_of(request)
        found = access_reservation(actor, reservation_id, permission=Permission.RESERVATION_MAKE)
        version = read_version(request)
        if not data:
            return answer_reservation(found)
        stay = make_period(
            starts_at=data.get("starts_at", found.starts_at),
            ends_at=data.get("ends_at", found.ends_at),
        )
        space = access_space(actor, data["space"]) if "space" in data else None
        return answer_reservation(
            move_reservation(
                found,
                stay=stay,
                booker=booker_of(actor),
                actor=actor,
                now=timezone.now(),
                space=space,
                equipment=read_pieces(data, space=space or found.space, subject=found),
                version=version,
            )
        )

    @operation(
        "Cancel a reservation",
        tag=TAG,
        scope=Permission.RESERVATION_MAKE,
        query=CancelQuery,
        answer=ReservationOut,
    )
    def delete(self, request: Request, *, reservation_id: str, filters: dict[str, Any]) -> Response:
        """Call a reservation off; ``refund`` says what comes back by the space's policy.

        ``scope`` takes those ``following`` in its series along, or ``all`` that did not begin.
        Doing it again changes nothing.
        """
        actor = actor_of(request)
        reservation = access_reservation(
            actor, reservation_id, permission=Permission.RESERVATION_MAKE
        )
        called_off = cancel_as_said(
            reservation,
            actor=actor,
            now=timezone.now(),
            reason=filters["reason"],
            scope=filters["scope"],
        )
        # From one that began, those to come are called off, and it stays as it is.
        return answer_reservation(next((o for o in called_off if o == reservation), reservation))
