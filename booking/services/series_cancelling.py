"""Calling off stays that repeat: one, with those after it, or all that are to come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.events import SeriesCancelled
from booking.models import Reservation
from booking.services.cancelling import StayBegan, cancel_reservation
from booking.states import RESERVATION_MACHINE, ReservationAction
from spotex.kernel.actor import Actor
from spotex.kernel.events import publish
from tenants.permissions import Permission


@transaction.atomic
def cancel_following(
    reservation: Reservation, *, actor: Actor, now: datetime, reason: str = "", all_of_it: bool
) -> list[Reservation]:
    """Call off a stay of a series and those after it, or all that did not begin.

    Args:
        reservation: one of them.
        actor: who cancels.
        now: the present moment.
        reason: in a few words, for the other side.
        all_of_it: also those before it.
    """
    series = reservation.series
    if series is None:
        return []
    rest = Reservation.objects.filter(series=series, starts_at__gt=now)
    if not all_of_it:
        rest = rest.filter(starts_at__gte=reservation.starts_at)
    found = rest.select_related("space__location", "customer", "series").order_by("starts_at", "pk")
    called_off = [
        cancel_reservation(one, actor=actor, now=now, reason=reason)
        for one in found
        if RESERVATION_MACHINE.is_legal(ReservationAction.CANCEL, one.state)
    ]
    if called_off:
        customer = reservation.customer
        publish(
            SeriesCancelled(
                actor=actor,
                subject_public_id=reservation.public_id,
                subject_name=f"{reservation.space.name} · {len(called_off)}",
                customer_public_id=customer.public_id if customer else "",
                details={"reservations": [one.public_id for one in called_off]},
                series=series.public_id,
            )
        )
    return called_off


@transaction.atomic
def cancel_as_said(
    reservation: Reservation,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    scope: str,
    in_full: bool = False,
) -> Reservation:
    """Call off one reservation, and with it those ``following`` in its series, or ``all``.

    Args:
        reservation: the row.
        actor: who cancels.
        now: the present moment.
        reason: in a few words, for the other side.
        scope: ``one``, ``following`` or ``all``; from one that began, which stays as it is, ``all``
            takes those to come, and so does ``following`` for who may not cancel it any more.
        in_full: as for ``cancel_reservation``, of the one.

    Raises:
        IllegalMove: the people came, or did not, or it expired.
        StayBegan: it began, and there is nothing after it to call off.
    """
    if reservation.series_id is None or scope == "one":
        return cancel_reservation(reservation, actor=actor, now=now, reason=reason, in_full=in_full)
    is_left = reservation.starts_at <= now and (
        scope == "all" or not actor.can(Permission.RESERVATION_MANAGE)
    )
    if not is_left:
        reservation = cancel_reservation(
            reservation, actor=actor, now=now, reason=reason, in_full=in_full
        )
    rest = cancel_following(
        reservation, actor=actor, now=now, reason=reason, all_of_it=scope == "all"
    )
    if is_left and not rest:
        raise StayBegan(_("The stay has begun, so it cannot be cancelled here any more."))
    return reservation
