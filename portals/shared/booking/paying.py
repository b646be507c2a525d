"""From a reservation that waits for money to the till."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse

from booking.models import Reservation
from booking.states import ReservationState
from portals.shared.htmx import go, toast
from portals.shared.payments import begin_payment
from portals.shared.requests import PortalRequest
from spotex.kernel.actor import Actor
from spotex.kernel.errors import DomainError
from spotex.kernel.limits import HOUR, require_within

PAYMENTS_PER_HOUR: Final = 30
"""How often the till of one reservation may be opened: each time its provider is asked."""


def go_on_after_booking(
    request: PortalRequest, reservation: Reservation, *, actor: Actor, page: str
) -> HttpResponse:
    """Lead to the till where something is to be paid first, else to the reservation's page.

    Where the till does not open, the page of the reservation says until when it waits.
    """
    if reservation.state != ReservationState.PENDING_PAYMENT:
        return go(request, page)
    return go_to_till(request, reservation, actor=actor, page=page)


def go_to_till(
    request: PortalRequest, reservation: Reservation, *, actor: Actor, page: str
) -> HttpResponse:
    """Lead to the till of a reservation; back to its page, with the reason, if it cannot be paid.

    Raises:
        LimitExceeded: it was opened too often.
    """
    require_within("pay", reservation.public_id, allowed=PAYMENTS_PER_HOUR, seconds=HOUR)
    try:
        return begin_payment(request, reservation, actor=actor, after=page)
    except DomainError as error:
        toast(request, error.message, tone="error")
        return go(request, page)
