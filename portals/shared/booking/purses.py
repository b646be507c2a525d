"""The money of a reservation as pages show it: paid, open, on its way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from booking.models import Reservation
from booking.services.payments import is_payable
from portals.templatetags.ui import money
from tenants.billing.models import Payment
from tenants.billing.selectors import (
    count_taken,
    describe_state,
    find_last_payment,
    find_payment_account,
)
from tenants.billing.states import OPEN, PaymentState
from tenants.payment_providers import PaymentProvider

_UNSAID: Final = frozenset({PaymentState.REQUIRES_PAYMENT, PaymentState.CANCELLED})
"""States in which there is nothing to tell but that it may be paid."""


@dataclass(frozen=True, kw_only=True)
class Purse:
    """What was paid for a reservation, and whether it can be paid now."""

    payment: Payment | None
    state: str
    """Of the newest payment as people see it; ``""`` while there is nothing to tell."""

    paid_minor: int
    """What was taken, or is about to be, less what went back."""

    refunded: str
    can_pay: bool


def look_into_purse(reservation: Reservation, *, agency_id: int | None) -> Purse:
    """Return where the money of one reservation stands."""
    payment = find_last_payment(reservation.public_id)
    can_pay = is_payable(reservation, payment=payment) and _takes_money(payment, agency_id)
    if payment is None:
        return Purse(payment=None, state="", paid_minor=0, refunded="", can_pay=can_pay)
    refunded: int = getattr(payment, "refunded_minor", 0)
    return Purse(
        payment=payment,
        state="" if payment.state in _UNSAID else describe_state(payment),
        paid_minor=count_taken(payment),
        refunded=money(refunded, payment.currency) if refunded else "",
        can_pay=can_pay,
    )


def _takes_money(payment: Payment | None, agency_id: int | None) -> bool:
    """Tell whether somebody can pay: a till is there, or an account for transfers."""
    if payment is not None and payment.state in OPEN:
        return True
    account = find_payment_account(agency_id or 0)
    return account.provider != PaymentProvider.BANK_TRANSFER or bool(account.iban)
