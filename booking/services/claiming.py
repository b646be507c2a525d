"""The claim of a new reservation: the one of its hold, or a new one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from booking.hold_terms import answer_time, hold_time, longest_hold
from booking.models import Hold, Reservation
from booking.periods import Period
from booking.services.claims import Outcome, extend, keep
from booking.services.holds import HoldExpired, claim_space
from booking.states import ClaimKind, HoldEnd, PaymentRule, ReservationState

_HAND_OVER: Final = "UPDATE booking_claim SET subject = %s WHERE id = %s"


def claim_for(reservation: Reservation, *, hold: Hold | None, now: datetime) -> datetime:
    """Give a reservation its claim: the hold's, or a new one; return its term if it has one.

    The term is that of the answer where the agency agrees first, else that of the payment.

    Raises:
        HoldExpired: the hold was used or given back, or somebody has the space since.
        SlotTaken: somebody else has it.
    """
    if hold is not None and hold.end:
        raise HoldExpired(_("This hold is over. Choose the time again."))
    must_wait = reservation.state == ReservationState.PENDING_APPROVAL
    if reservation.payment_rule != PaymentRule.PREPAID and not must_wait:
        _claim_for_good(reservation, hold=hold)
        return now
    lasting, until = hold_time(), None
    if must_wait:
        lasting = answer_time(starts_at=reservation.starts_at, now=now)
    if hold is not None:
        reservation.claim, reservation.seat = hold.claim, hold.seat
        _hand_over(hold, reservation)
        latest = now + lasting if must_wait else hold.created_at + longest_hold()
        until = extend(hold.claim, lasting=lasting, latest=latest, keeps_end=True)
    # A hold that is over counts for nothing: whoever is first has the space.
    return until or _claim_anew(reservation, lasting=lasting) or now + lasting


def _claim_for_good(reservation: Reservation, *, hold: Hold | None) -> None:
    if hold is None:
        _claim_anew(reservation)
        return
    reservation.seat = hold.seat
    _hand_over(hold, reservation)
    outcome, reservation.claim = keep(hold.claim, ends_at=hold.ends_at)
    if outcome == Outcome.LOST:
        raise HoldExpired(_("This hold expired, and somebody else was faster."))


def _claim_anew(reservation: Reservation, *, lasting: timedelta | None = None) -> datetime | None:
    taken, reservation.seat = claim_space(
        reservation.space,
        stay=Period(start=reservation.starts_at, end=reservation.ends_at),
        kind=ClaimKind.RESERVATION if lasting is None else ClaimKind.HOLD,
        subject=reservation.public_id,
        lasting=lasting,
    )
    reservation.claim = taken.claim
    return taken.until


def _hand_over(hold: Hold, reservation: Reservation) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_HAND_OVER, [reservation.public_id, hold.claim])
    hold.end = HoldEnd.BOOKED
    hold.save()
