"""Whether what is paid first can be paid at all."""

from __future__ import annotations

from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.models import Reservation
from booking.prices import LEAST_PAID_MINOR
from booking.states import PaymentRule
from spotex.kernel.errors import RuleViolation
from tenants.billing.selectors import find_payment_account
from tenants.payment_providers import PaymentProvider


class NotPaidOnline(RuleViolation):
    """The agency takes transfers only, and a transfer is too slow for what is paid first."""

    code = "not_paid_online"


class TooLittleForCard(RuleViolation):
    """It is less than any card pays."""

    code = "too_little_for_card"


def is_too_little(amount_minor: int, *, agency_id: int | None) -> bool:
    """Tell whether the agency takes no payment of so little: cards pay no less, transfers do."""
    if not 0 < amount_minor < LEAST_PAID_MINOR:
        return False
    return find_payment_account(agency_id or 0).provider != PaymentProvider.BANK_TRANSFER


def require_enough(amount_minor: int, *, agency_id: int | None) -> None:
    """Pass if an amount is not too little for how the agency is paid.

    Raises:
        TooLittleForCard: no card pays so little.
    """
    if is_too_little(amount_minor, agency_id=agency_id):
        raise TooLittleForCard(_("This is too little for a card. Please pay it on the spot."))


def require_till(reservation: Reservation, *, booker: Booker, agency_id: int | None) -> None:
    """Pass if who books can pay what is paid first; the agency's own people may sort that out later.

    Raises:
        NotPaidOnline: the agency takes transfers only.
    """
    if reservation.payment_rule == PaymentRule.PREPAID and not booker.is_staff:
        require_online(agency_id)


def require_online(agency_id: int | None) -> None:
    """Pass if the agency takes money online.

    Raises:
        NotPaidOnline: it takes transfers only.
    """
    account = find_payment_account(agency_id or 0)
    if account.provider == PaymentProvider.BANK_TRANSFER:
        raise NotPaidOnline(_("Payments online are not set up here. Please get in touch."))
