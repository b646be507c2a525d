"""One way to publish what happened on calendars."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from booking.events import CalendarChanged, ReservationEvent
from booking.events.waiting import WishEvent
from booking.models import Block, Hold, Reservation, Space, Wish
from spotex.kernel.actor import Actor
from spotex.kernel.events import publish


def list_concerned(*spaces: Space) -> tuple[str, ...]:
    """Return the public ids of the spaces that share units with some: they, around, inside them."""
    sharing = Q()
    for space in spaces:
        sharing |= Q(unit_low__lt=space.unit_high, unit_high__gt=space.unit_low)
    concerned = Space.objects.filter(sharing).order_by("pk")
    return tuple(concerned.values_list("public_id", flat=True))


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
    kind: type[ReservationEvent],
    reservation: Reservation,
    *,
    actor: Actor,
    former: Space | None = None,
    with_others: bool = False,
    **details: Any,
) -> None:
    """Publish an event about a reservation whose space and customer are loaded.

    ``former`` is the space that it left, whose calendar shows something else now, too;
    ``with_others`` tells that another event speaks of it together with others.
    """
    customer = reservation.customer
    publish(
        kind(
            actor=actor,
            subject_public_id=reservation.public_id,
            subject_name=f"{reservation.space.name} · {reservation.code}",
            customer_public_id=customer.public_id if customer else "",
            details=details,
            spaces=list_concerned(reservation.space, former or reservation.space),
            reservation=reservation.public_id,
            state=reservation.state,
            with_others=with_others,
        ),
    )


def tell_wish(kind: type[WishEvent], wish: Wish, *, actor: Actor, **details: Any) -> None:
    """Publish an event about somebody on the waiting list, space and customer loaded."""
    publish(
        kind(
            actor=actor,
            subject_public_id=wish.public_id,
            subject_name=f"{wish.space.name} · {wish.name}",
            customer_public_id=wish.customer.public_id if wish.customer else "",
            details=details,
            wish=wish.public_id,
        ),
    )
