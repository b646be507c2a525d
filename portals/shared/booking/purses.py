"""The money of a reservation as pages show it: paid, open, on its way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from booking.models import Reservation
from booking.services.payments import count_due
from booking.services.tills import is_too_little
from portals.templatetags.ui import money
from tenants.billing.models import Payment
from tenants.billing.selectors import (
    count_taken,
    describe_state,
    find_payment_account,
    is_taken,
    list_payments_of,
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

    charged_minor: int
    """What was taken, or is about to be."""

    paid_minor: int
    """The same, less what went back."""

    refunded: str
    due_minor: int
    """What is to be paid now."""

    paid: str
    due: str
    """What was paid and what is left, while it is paid in parts; else ``""``."""

    can_pay: bool
    is_too_little: bool
    """Whether what is due is less than any card pays."""


def look_into_purse(reservation: Reservation, *, agency_id: int | None) -> Purse:
    """Return where the money of one reservation stands."""
    payments = list_payments_of([reservation.public_id])[reservation.public_id]
    payment = payments[0] if payments else None
    due = count_due(reservation, payments=payments)
    paid = sum(count_taken(one) for one in payments)
    refunded = sum(getattr(one, "refunded_minor", 0) for one in payments)
    is_in_parts, currency = bool(paid and due), reservation.currency
    too_little = is_too_little(due, agency_id=agency_id)
    is_unsaid = payment is None or payment.state in _UNSAID or is_in_parts
    return Purse(
        payment=payment,
        state="" if payment is None or is_unsaid else describe_state(payment),
        charged_minor=sum(one.amount_minor for one in payments if is_taken(one)),
        paid_minor=paid,
        refunded=money(refunded, currency) if refunded else "",
        due_minor=due,
        paid=money(paid, currency) if is_in_parts else "",
        due=money(due, currency) if is_in_parts else "",
        can_pay=bool(due) and not too_little and _takes_money(payment, agency_id),
        is_too_little=too_little,
    )


def _takes_money(payment: Payment | None, agency_id: int | None) -> bool:
    """Tell whether somebody can pay: a till is there, or an account for transfers."""
    if payment is not None and payment.state in OPEN:
        return True
    account = find_payment_account(agency_id or 0)
    return account.provider != PaymentProvider.BANK_TRANSFER or bool(account.iban)
