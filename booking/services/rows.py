"""Rows as they are now, and people, locked until the transaction ends."""

from __future__ import annotations

from django.db import connection

from booking.bookers import Booker
from booking.models import Reservation
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import current_schema


def lock_reservation(reservation: Reservation) -> Reservation:
    """Return a reservation as it is now, locked, with its space and its customer."""
    space, customer = reservation.space, reservation.customer
    reservation = lock_row(reservation)
    reservation.space, reservation.customer = space, customer
    return reservation


def lock_booker(booker: Booker) -> None:
    """Let one person's requests of this agency pass one by one, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{current_schema()}:{booker.key}"],
        )
