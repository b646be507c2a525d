"""Calling off stays that repeat: one, with those after it, or all that are to come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.events import SeriesCancelled
from booking.models import Reservation
from booking.services.cancelling import StayBegan, cancel_reservation
from booking.states import RESERVATION_MACHINE, ReservationAction, ReservationState
from spotex.kernel.actor import Actor
from spotex.kernel.events import publish
from tenants.permissions import Permission


@transaction.atomic
def cancel_as_said(
    reservation: Reservation,
    *,
    actor: Actor,
    now: datetime,
    reason: str,
    scope: str,
    in_full: bool = False,
) -> list[Reservation]:
    """Call off one reservation, and with it those ``following`` in its series, or ``all``.

    Args:
        reservation: the row.
        actor: who cancels.
        now: the present moment.
        reason: in a few words, for the other side.
        scope: ``one``, ``following`` or ``all``; from one that began, which stays as it is, ``all``
            takes those to come, and so does ``following`` for who may not cancel it any more.
        in_full: as for ``cancel_reservation``, of the one.

    Returns:
        What is called off, the one first unless it stays as it is.

    Raises:
        IllegalMove: the people came, or did not, or it expired.
        StayBegan: it began, and there is nothing after it to call off.
    """
    if reservation.series_id is None or scope == "one":
        return [
            cancel_reservation(reservation, actor=actor, now=now, reason=reason, in_full=in_full)
        ]
    _lock_in_order(reservation)
    was_off = reservation.state == ReservationState.CANCELLED
    is_left = reservation.starts_at <= now and (
        scope == "all" or not actor.can(Permission.RESERVATION_MANAGE)
    )
    called_off = []
    if not is_left:
        one = cancel_reservation(
            reservation, actor=actor, now=now, reason=reason, in_full=in_full, with_others=True
        )
        called_off.append(one)
    rest = _cancel_rest(reservation, actor=actor, now=now, reason=reason, all_of_it=scope == "all")
    called_off += rest
    if not called_off:
        raise StayBegan(_("The stay has begun, so it cannot be cancelled here any more."))
    _tell(rest if was_off else called_off, actor=actor)
    return called_off


def _lock_in_order(reservation: Reservation) -> None:
    """Lock all of a series from the first to the last: two who call it off never wait in a circle."""
    stays = Reservation.objects.filter(series=reservation.series_id)
    list(stays.order_by("starts_at", "pk").select_for_update().values_list("pk"))


def _cancel_rest(
    reservation: Reservation, *, actor: Actor, now: datetime, reason: str, all_of_it: bool
) -> list[Reservation]:
    rest = Reservation.objects.filter(series=reservation.series_id or 0, starts_at__gt=now)
    if not all_of_it:
        rest = rest.filter(starts_at__gte=reservation.starts_at)
    found = rest.select_related("space__location", "customer", "series").order_by("starts_at", "pk")
    return [
        cancel_reservation(one, actor=actor, now=now, reason=reason, with_others=True)
        for one in found
        if RESERVATION_MACHINE.is_legal(ReservationAction.CANCEL, one.state)
    ]


def _tell(called_off: list[Reservation], *, actor: Actor) -> None:
    """Publish once what became of all of them."""
    if not called_off:
        return
    first = called_off[0]
    publish(
        SeriesCancelled(
            actor=actor,
            subject_public_id=first.public_id,
            subject_name=f"{first.space.name} · {len(called_off)}",
            customer_public_id=first.customer.public_id if first.customer else "",
            details={"reservations": [one.public_id for one in called_off]},
            series=first.series.public_id if first.series else "",
        )
    )
