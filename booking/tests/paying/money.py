"""What an hour costs, and what becomes of money by itself."""

from __future__ import annotations

from booking.models import Reservation
from tenants.due import list_due_handlers
from tenants.models import DueWork

HOUR_PRICE = 1_500


def run_due(
    now, kinds=("booking.answer_payment", "billing.carry_out_decision", "billing.carry_out_refund")
) -> None:
    """Do what is due of some kinds, in this order, as the periodic task does."""
    for kind in kinds:
        for work in DueWork.objects.filter(kind=kind):
            list_due_handlers()[kind](key=work.key, agency_id=work.agency_id, at=now)
            work.delete()


def state_of(reservation: Reservation) -> str:
    return Reservation.objects.get(pk=reservation.pk).state
