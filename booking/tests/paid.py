"""A reservation that is really paid, at the till of the trial run."""

from __future__ import annotations

from datetime import datetime

from booking.models import Reservation
from booking.services.payments import open_reservation_payment, proceed_with_payment
from spotex.kernel.actor import Actor
from tenants.billing.models import Payment
from tenants.billing.services.payments import pay


def pay_for(reservation: Reservation, *, actor: Actor, now: datetime) -> Payment:
    """Pay a reservation, as its booker does, and have the money taken."""
    payment, _intent = open_reservation_payment(reservation, actor=actor, now=now)
    payment = pay(payment, method="succeed", actor=actor)
    payment = proceed_with_payment(payment, actor=actor, now=now)
    reservation.refresh_from_db()
    return payment
