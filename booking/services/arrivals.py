"""What happens on the day: people come, or they do not; and what was noted by mistake."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from booking.due_kinds import COMPLETE
from booking.events import ReservationCheckedIn, ReservationCompleted, ReservationMissed
from booking.events.stays import CheckInUndone, NoShowUndone
from booking.models import Reservation
from booking.periods import Period
from booking.services.claims import give_back
from booking.services.equipment_uses import EquipmentTaken, find_late_equipment
from booking.services.holds import SlotTaken, claim_space
from booking.services.rows import lock_reservation
from booking.states import (
    RESERVATION_MACHINE,
    ClaimKind,
    ReservationAction,
    ReservationState,
)
from booking.telling import tell_reservation
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict
from tenants.due import schedule_due

DOOR_OPENS: Final = timedelta(hours=1)
"""How long before its time people may be checked in.

Who is there early sits down and waits, which nobody does for longer than an hour; whoever checks
in tomorrow's stay has taken the wrong line of the list.
"""

REGRET: Final = timedelta(days=1)
"""How long after the stay a mistake can be put right: by then the house was open once more."""


class TooEarly(Conflict):
    """The stay has not begun, or is not soon enough."""

    code = "too_early"


class TooLate(Conflict):
    """The stay is over, or was over too long ago."""

    code = "too_late"


@transaction.atomic
def check_in(reservation: Reservation, *, actor: Actor, now: datetime) -> Reservation:
    """Note that the people came, from an hour before their time; again changes nothing.

    Raises:
        IllegalMove: it is not confirmed.
        TooEarly: it is not soon enough.
        TooLate: the stay is over.
    """
    reservation = lock_reservation(reservation)
    if reservation.state == ReservationState.CHECKED_IN:
        return reservation
    RESERVATION_MACHINE.check(reservation, ReservationAction.CHECK_IN)
    if now < opens_at(reservation):
        text = _("It is too early: check-in is possible from %(moment)s.")
        raise TooEarly(text % {"moment": _write_opening(reservation)})
    if now >= reservation.ends_at:
        raise TooLate(_("The stay is over."))
    RESERVATION_MACHINE.apply(reservation, ReservationAction.CHECK_IN)
    reservation.checked_in_at = now
    reservation.save()
    tell_reservation(ReservationCheckedIn, reservation, actor=actor)
    return reservation


def opens_at(reservation: Reservation) -> datetime:
    """Return from when on people may be checked in."""
    return reservation.starts_at - DOOR_OPENS


def _write_opening(reservation: Reservation) -> str:
    zone = ZoneInfo(reservation.space.location.time_zone)
    return date_format(opens_at(reservation).astimezone(zone), "j F, H:i")


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
def undo_check_in(reservation: Reservation, *, actor: Actor, now: datetime) -> Reservation:
    """Take back that the people came.

    Raises:
        IllegalMove: nobody said that they came, or the stay is over.
        TooLate: the stay was over too long ago.
    """
    reservation = lock_reservation(reservation)
    RESERVATION_MACHINE.apply(reservation, ReservationAction.UNDO_CHECK_IN)
    _require_fresh(reservation, now=now)
    reservation.checked_in_at = None
    reservation.save()
    tell_reservation(CheckInUndone, reservation, actor=actor)
    return _go_on(reservation, actor=actor, now=now)


@transaction.atomic
def undo_missed(reservation: Reservation, *, actor: Actor, now: datetime) -> Reservation:
    """Take back that nobody came; the time is theirs again, if nobody else has it by now.

    Raises:
        IllegalMove: nobody said that they did not come.
        TooLate: the stay was over too long ago.
        EquipmentTaken: what was lent with it was given to somebody else.
        SlotTaken: the rest of the time was given to somebody else.
    """
    reservation = lock_reservation(reservation)
    RESERVATION_MACHINE.apply(reservation, ReservationAction.UNDO_MISS)
    _require_fresh(reservation, now=now)
    if find_late_equipment(reservation):
        raise EquipmentTaken(_("Somebody else has the equipment by now."))
    _claim_again(reservation)
    reservation.save()
    tell_reservation(NoShowUndone, reservation, actor=actor)
    return _go_on(reservation, actor=actor, now=now)


def _claim_again(reservation: Reservation) -> None:
    stay = Period(start=reservation.starts_at, end=reservation.ends_at)
    key = reservation.public_id
    try:
        taken, reservation.seat = claim_space(
            reservation.space, stay=stay, kind=ClaimKind.RESERVATION, subject=key
        )
    except SlotTaken as error:
        raise SlotTaken(_("Somebody else has the rest of the time by now.")) from error
    reservation.claim = taken.claim


def _require_fresh(reservation: Reservation, *, now: datetime) -> None:
    if now >= reservation.ends_at + REGRET:
        raise TooLate(_("The stay was over too long ago to change this."))


def _go_on(reservation: Reservation, *, actor: Actor, now: datetime) -> Reservation:
    """Let a stay that is confirmed again end at its time, or now if that has passed."""
    if now >= reservation.ends_at:
        return _complete(reservation, actor=actor)
    key, at = reservation.public_id, reservation.ends_at
    schedule_due(COMPLETE, key=key, at=at, agency_id=actor.agency_id)
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
    _complete(reservation, actor=actor)
    return None


def _complete(reservation: Reservation, *, actor: Actor) -> Reservation:
    RESERVATION_MACHINE.apply(reservation, ReservationAction.COMPLETE)
    reservation.save()
    tell_reservation(ReservationCompleted, reservation, actor=actor)
    return reservation


_TIMES: Final[dict[ReservationAction, Callable[[Reservation], tuple[datetime, datetime]]]] = {
    ReservationAction.CHECK_IN: lambda one: (opens_at(one), one.ends_at),
    ReservationAction.MISS: lambda one: (one.starts_at, one.ends_at + REGRET),
    ReservationAction.UNDO_CHECK_IN: lambda one: (one.created_at, one.ends_at + REGRET),
    ReservationAction.UNDO_MISS: lambda one: (one.created_at, one.ends_at + REGRET),
}


def is_timely(action: str, reservation: Reservation, *, now: datetime) -> bool:
    """Tell whether the moment is right for what can be noted of a stay; others have no time."""
    if action not in _TIMES:
        return True
    earliest, latest = _TIMES[ReservationAction(action)](reservation)
    return earliest <= now < latest
