"""What every change of a reservation that stands has to pass."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import Reservation, Space
from booking.prices import Price
from booking.states import ReservationState
from spotex.kernel.errors import Conflict, RuleViolation


class NotMovable(Conflict):
    """Only what is confirmed, and did not begin, can be changed."""

    code = "not_movable"


class PriceDiffers(RuleViolation):
    """It is paid already, and would have another price."""

    code = "price_differs"


class PriceRises(Conflict):
    """It would cost more, and nobody agreed to that yet."""

    code = "price_rises"

    def __init__(self, price: Price) -> None:
        super().__init__(_("It would cost more. Agree to the new price first."))
        self.price = price


def require_to_come(reservation: Reservation, *, now: datetime) -> None:
    """Pass if a reservation is confirmed and did not begin.

    Raises:
        NotMovable: it is not, or began.
    """
    if reservation.state != ReservationState.CONFIRMED or reservation.starts_at <= now:
        raise NotMovable(_("Only reservations that are confirmed and did not begin are changed."))


def require_nobody_asked(*spaces: Space) -> None:
    """Pass if the agency has to agree to none of these; to its own people it has.

    Raises:
        NotMovable: somebody has to be asked.
    """
    if any(space.needs_approval for space in spaces):
        raise NotMovable(_("What is booked there is agreed to first. Please get in touch."))


def require_agreed(price: Price, *, most_minor: int | None) -> None:
    """Pass if somebody agreed to a price; None agrees to every one.

    Raises:
        PriceRises: it is more.
    """
    if most_minor is not None and price.total_minor > most_minor:
        raise PriceRises(price)
