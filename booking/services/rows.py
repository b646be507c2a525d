"""Rows as they are now, locked until the transaction ends."""

from __future__ import annotations

from booking.models import Reservation
from spotex.kernel.locks import lock_row


def lock_reservation(reservation: Reservation) -> Reservation:
    """Return a reservation as it is now, locked, with its space and its customer."""
    space, customer = reservation.space, reservation.customer
    reservation = lock_row(reservation)
    reservation.space, reservation.customer = space, customer
    return reservation
