"""Calling a reservation off, and what comes back then."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from booking.due_kinds import EXPIRE
from booking.events import ReservationCancelled
from booking.models import Reservation
from booking.prices import compute_refund
from booking.services.appointments import cancel_appointments
from booking.services.claims import give_back
from booking.services.credit_book import return_credits
from booking.services.rows import lock_reservation
from booking.services.voucher_uses import spend_voucher
from booking.states import RESERVATION_MACHINE, PaymentRule, ReservationAction, ReservationState
from booking.telling import tell_reservation
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict
from tenants.access import require
from tenants.billing.selectors import count_taken, is_taken, list_live_payments
from tenants.due import cancel_due
from tenants.permissions import Permission

REASON_MAX_LENGTH: Final = 200
_HOUR_SECONDS: Final = 3_600


class StayBegan(Conflict):
    """People use the space by now, or could."""

    code = "stay_began"


@transaction.atomic
def cancel_reservation(
    reservation: Reservation,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    in_full: bool = False,
    with_others: bool = False,
) -> Reservation:
    """Call a reservation off; doing it again changes nothing.

    What comes back follows the policy under which it was booked: see ``find_refund``. A voucher can
    be used again where everything comes back; credits come back by the same policy.

    Args:
        reservation: the row.
        actor: who cancels.
        now: the present moment.
        reason: in a few words, for the other side.
        in_full: everything comes back, whatever the policy says: the agency's own decision.
        with_others: of its series are called off at once, and told of together.

    Raises:
        IllegalMove: the people came, or did not, or it expired.
        StayBegan: it began; only those who manage reservations cancel it now.
        NotAllowed, ScopeMissing: only those who give payments back give more than the policy.
    """
    reservation = lock_reservation(reservation)
    if reservation.state == ReservationState.CANCELLED:
        return reservation
    if in_full:
        require(actor, Permission.PAYMENT_MANAGE)
    was_confirmed = reservation.state == ReservationState.CONFIRMED
    if was_confirmed and reservation.starts_at <= now:
        _require_management(actor)
    RESERVATION_MACHINE.apply(reservation, ReservationAction.CANCEL)
    if was_confirmed:
        reservation.refund_minor = _find_refund(reservation, now=now, in_full=in_full)
        if not in_full and _is_late(reservation, now=now):
            spend_voucher(reservation)
        hours = _free_hours(reservation)
        return_credits(reservation, actor=actor, now=now, free_hours=hours, in_full=in_full)
    reservation.cancelled_at, reservation.cancel_reason = now, reason.strip()[:REASON_MAX_LENGTH]
    reservation.save()
    give_back(reservation.public_id)
    cancel_due(EXPIRE, key=reservation.public_id)
    cancel_appointments(reservation)
    tell_reservation(
        ReservationCancelled,
        reservation,
        actor=actor,
        with_others=with_others,
        refund_minor=reservation.refund_minor,
    )
    return reservation


def _require_management(actor: Actor) -> None:
    if not actor.can(Permission.RESERVATION_MANAGE):
        raise StayBegan(_("The stay has begun, so it cannot be cancelled here any more."))


def _find_refund(reservation: Reservation, *, now: datetime, in_full: bool) -> int:
    payments = list_live_payments(reservation.public_id)
    left = sum(count_taken(one) for one in payments)
    if in_full:
        return min(left, reservation.total_minor)
    charged = sum(one.amount_minor for one in payments if is_taken(one))
    return find_refund(reservation, now=now, charged_minor=charged, left_minor=left)


def find_refund(
    reservation: Reservation, *, now: datetime, charged_minor: int, left_minor: int
) -> int:
    """Return what would come back if it were cancelled now, in minor units.

    Of what is paid first, as much as the policy says under which it was booked: a share of what
    was paid so far, for the rest of the price is not owed. What is paid later can be cancelled
    free of charge: all that was paid for it. Never more than what is there.

    Args:
        reservation: the row.
        now: the present moment.
        charged_minor: what was taken for it.
        left_minor: the same, less what went back already.
    """
    left_minor = min(left_minor, reservation.total_minor)
    if reservation.payment_rule != PaymentRule.PREPAID:
        return left_minor
    due = compute_refund(
        paid_minor=min(charged_minor, reservation.total_minor),
        hours_before=_hours_before(reservation, now=now),
        free_cancel_hours=reservation.free_cancel_hours,
        late_refund_percent=reservation.late_refund_percent,
    )
    return min(due, left_minor)


def _is_late(reservation: Reservation, *, now: datetime) -> bool:
    """Tell whether it is too late to cancel free of charge."""
    return _hours_before(reservation, now=now) < _free_hours(reservation)


def _free_hours(reservation: Reservation) -> int:
    """Return until how many hours before one cancels free of charge; paid later, to the end."""
    is_paid_later = reservation.payment_rule == PaymentRule.PAY_LATER
    return 0 if is_paid_later else reservation.free_cancel_hours


def _hours_before(reservation: Reservation, *, now: datetime) -> float:
    return (reservation.starts_at - now).total_seconds() / _HOUR_SECONDS
