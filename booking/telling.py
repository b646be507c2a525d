"""One way to publish what happened on calendars."""

from __future__ import annotations

from typing import Any

from booking.events import CalendarChanged, ReservationEvent
from booking.models import Block, Hold, Reservation, Space
from spotex.kernel.actor import Actor
from spotex.kernel.events import publish


def list_concerned(space: Space) -> tuple[str, ...]:
    """Return the public ids of the spaces that share units with one: itself, around it, inside."""
    spaces = Space.objects.filter(unit_low__lt=space.unit_high, unit_high__gt=space.unit_low)
    return tuple(spaces.order_by("pk").values_list("public_id", flat=True))


def tell_calendar(
    kind: type[CalendarChanged], row: Hold | Block, *, actor: Actor, **details: Any
) -> None:
    """Publish an event about a hold or a block whose space is loaded."""
    publish(
        kind(
            actor=actor,
            subject_public_id=row.space.public_id,
            subject_name=row.space.name,
            details=details,
            spaces=list_concerned(row.space),
        ),
    )


def tell_reservation(
    kind: type[ReservationEvent], reservation: Reservation, *, actor: Actor, **details: Any
) -> None:
    """Publish an event about a reservation whose space and customer are loaded."""
    customer = reservation.customer
    publish(
        kind(
            actor=actor,
            subject_public_id=reservation.public_id,
            subject_name=f"{reservation.space.name} · {reservation.code}",
            customer_public_id=customer.public_id if customer else "",
            details=details,
            spaces=list_concerned(reservation.space),
            reservation=reservation.public_id,
            state=reservation.state,
        ),
    )
