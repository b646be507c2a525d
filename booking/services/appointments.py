"""What falls due around a stay: a reminder, the end, and the moment when nobody came any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from booking.due_kinds import COMPLETE, REMIND, STOP_WAITING
from booking.events import ReservationReminded
from booking.models import Reservation
from booking.services.arrivals import mark_missed
from booking.services.rows import lock_reservation
from booking.states import ReservationState
from booking.telling import tell_reservation
from spotex.kernel.actor import Actor
from tenants.due import cancel_due, schedule_due


def plan_stay(reservation: Reservation, *, agency_id: int | None) -> None:
    """Make the appointments of a confirmed stay whose space is loaded; moved, it gets new ones."""
    wanted = {
        COMPLETE: reservation.ends_at,
        REMIND: _find_reminder(reservation),
        STOP_WAITING: _find_patience(reservation),
    }
    for kind, moment in wanted.items():
        if moment is None:
            cancel_due(kind, key=reservation.public_id)
        else:
            schedule_due(kind, key=reservation.public_id, at=moment, agency_id=agency_id)


def plan_longer_stay(reservation: Reservation, *, agency_id: int | None) -> None:
    """Let a stay that runs end later; whoever stays longer is there, so nobody waits for them."""
    cancel_due(STOP_WAITING, key=reservation.public_id)
    key, at = reservation.public_id, reservation.ends_at
    schedule_due(COMPLETE, key=key, at=at, agency_id=agency_id)


def cancel_appointments(reservation: Reservation) -> None:
    """Take back what ``plan_stay`` planned."""
    for kind in (COMPLETE, REMIND, STOP_WAITING):
        cancel_due(kind, key=reservation.public_id)


@transaction.atomic
def remind_of_stay(reservation: Reservation, *, actor: Actor, now: datetime) -> datetime | None:
    """Tell who comes that it is soon; return when to look again if it was moved to later.

    Nobody is reminded twice, nor of what they heard of since the reminder was due: whoever books
    or moves a stay at the last minute knows of it.
    """
    reservation = lock_reservation(reservation)
    moment = _find_reminder(reservation)
    if moment is None or reservation.state != ReservationState.CONFIRMED:
        return None
    if now < moment:
        return moment
    if reservation.updated_at < moment and now < reservation.starts_at:
        reservation.save()  # its moment of change says that it was told of
        tell_reservation(ReservationReminded, reservation, actor=actor)
    return None


@transaction.atomic
def stop_waiting(reservation: Reservation, *, actor: Actor, now: datetime) -> datetime | None:
    """Give the time to others when nobody came; return when to look again if it was moved."""
    reservation = lock_reservation(reservation)
    moment = _find_patience(reservation)
    if moment is None or reservation.state != ReservationState.CONFIRMED:
        return None
    if now < moment:
        return moment
    mark_missed(reservation, actor=actor, now=now)
    return None


def _find_reminder(reservation: Reservation) -> datetime | None:
    hours = reservation.space.reminder_hours
    return reservation.starts_at - timedelta(hours=hours) if hours else None


def _find_patience(reservation: Reservation) -> datetime | None:
    """Return until when nobody is missed: as long after the last change as after the start.

    Who books, pays or is said to have come after all while the stay runs is not missed at once.
    """
    minutes = reservation.space.patience_minutes
    begins = max(reservation.starts_at, reservation.updated_at)
    moment = begins + timedelta(minutes=minutes)
    return moment if minutes and moment < reservation.ends_at else None
