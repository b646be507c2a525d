"""What happens on the day: people come, or they do not."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.events import ReservationCheckedIn, ReservationCompleted, ReservationMissed
from booking.models import Reservation
from booking.services.claims import give_back
from booking.services.rows import lock_reservation
from booking.states import RESERVATION_MACHINE, ReservationAction, ReservationState
from booking.telling import tell_reservation
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict


class TooEarly(Conflict):
    """The stay has not begun."""

    code = "too_early"


@transaction.atomic
def check_in(reservation: Reservation, *, actor: Actor, now: datetime) -> Reservation:
    """Note that the people came; doing it again changes nothing.

    Raises:
        IllegalMove: it is not confirmed.
    """
    reservation = lock_reservation(reservation)
    if reservation.state == ReservationState.CHECKED_IN:
        return reservation
    RESERVATION_MACHINE.apply(reservation, ReservationAction.CHECK_IN)
    reservation.checked_in_at = now
    reservation.save()
    tell_reservation(ReservationCheckedIn, reservation, actor=actor)
    return reservation


@transaction.atomic
def mark_missed(reservation: Reservation, *, actor: Actor, now: datetime) -> Reservation:
    """Note that nobody came; the rest of the time is free for others.

    Raises:
        TooEarly: the stay has not begun.
        IllegalMove: it is not confirmed.
    """
    reservation = lock_reservation(reservation)
    if now < reservation.starts_at:
        raise TooEarly(_("The stay has not begun yet."))
    RESERVATION_MACHINE.apply(reservation, ReservationAction.MISS)
    reservation.save()
    give_back(reservation.public_id)
    tell_reservation(ReservationMissed, reservation, actor=actor)
    return reservation


@transaction.atomic
def complete_reservation(
    reservation: Reservation, *, actor: Actor, now: datetime
) -> datetime | None:
    """Note that a stay is over; return when to look again if it was moved to later.

    Whoever was not marked as missing came: most places do not check people in.
    """
    reservation = lock_reservation(reservation)
    if not RESERVATION_MACHINE.is_legal(ReservationAction.COMPLETE, reservation.state):
        return None
    if now < reservation.ends_at:
        return reservation.ends_at
    RESERVATION_MACHINE.apply(reservation, ReservationAction.COMPLETE)
    reservation.save()
    tell_reservation(ReservationCompleted, reservation, actor=actor)
    return None
