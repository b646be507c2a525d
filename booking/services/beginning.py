"""How a new reservation begins: what it waits for, and that who books may let others wait."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from booking.bookers import Booker
from booking.deposits import compute_deposit
from booking.due_kinds import EXPIRE
from booking.events import ReservationConfirmed, ReservationRequested
from booking.models import Reservation, Space
from booking.services.appointments import plan_stay
from booking.services.credit_uses import reserve_credits
from booking.services.holds import require_room_for_hold
from booking.services.requests import begin_request, must_ask, require_room_for_request
from booking.services.tills import require_till
from booking.states import PaymentRule, ReservationState
from booking.telling import tell_reservation
from spotex.kernel.actor import Actor
from tenants.due import schedule_due


def require_room_to_wait(space: Space, *, booker: Booker, email: str, has_hold: bool) -> None:
    """Pass if somebody may keep one more time from others while it is answered, or paid.

    Raises:
        TooManyHolds, TooManyRequests: the person keeps as much as one may.
    """
    if must_ask(space, booker=booker):
        require_room_for_request(booker, email=email)
    elif not has_hold and space.payment == PaymentRule.PREPAID and not booker.is_staff:
        require_room_for_hold(booker)


def choose_rule(
    reservation: Reservation, *, pays_later: bool, booker: Booker, actor: Actor
) -> None:
    """Settle when it is paid, and that it can be.

    Raises:
        NotPaidOnline: it is paid first, and the agency takes transfers only.
    """
    if pays_later and booker.is_staff and reservation.payment_rule == PaymentRule.PREPAID:
        reservation.payment_rule = PaymentRule.PAY_LATER
    if reservation.payment_rule == PaymentRule.PREPAID:
        reservation.deposit_minor = compute_deposit(
            reservation.total_minor, percent=reservation.space.deposit_percent
        )
    require_till(reservation, booker=booker, agency_id=actor.agency_id)


def begin_reservation(
    reservation: Reservation, minutes: Mapping[int, int], *, until: datetime, actor: Actor
) -> None:
    """Let a new reservation wait for a yes, or for its payment, or be confirmed."""
    if reservation.state == ReservationState.PENDING_APPROVAL:
        begin_request(reservation, until=until, actor=actor)
        reserve_credits(reservation, minutes)
        return
    waits = reservation.payment_rule == PaymentRule.PREPAID
    if waits:
        reservation.state, reservation.pay_by = ReservationState.PENDING_PAYMENT, until
    reservation.save()
    reserve_credits(reservation, minutes)
    if waits:
        schedule_due(EXPIRE, key=reservation.public_id, at=until, agency_id=actor.agency_id)
        tell_reservation(ReservationRequested, reservation, actor=actor)
    else:
        plan_stay(reservation, agency_id=actor.agency_id)
        tell_reservation(ReservationConfirmed, reservation, actor=actor)
