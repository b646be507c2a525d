"""Work of this context that falls due."""

from __future__ import annotations

from datetime import datetime

from booking.due_kinds import EXPIRE
from booking.models import Reservation
from booking.services.reservations import expire_reservation
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.due import due_handler
from tenants.models import Agency


@due_handler(EXPIRE)
def note_that_term_is_over(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Mark a reservation that nobody paid for; its space is free without this."""
    agency = Agency.objects.get(pk=agency_id or 0)
    with agency_scope(agency):
        found = Reservation.objects.select_related("space__location", "customer")
        reservation = found.filter(public_id=key).first()
        if reservation is not None:
            expire_reservation(reservation, actor=system_actor(agency))
    return None
