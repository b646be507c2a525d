"""Whether what is paid first can be paid at all."""

from __future__ import annotations

from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.models import Reservation
from booking.states import PaymentRule
from spotex.kernel.errors import RuleViolation
from tenants.billing.selectors import find_payment_account
from tenants.payment_providers import PaymentProvider


class NotPaidOnline(RuleViolation):
    """The agency takes transfers only, and a transfer is too slow for what is paid first."""

    code = "not_paid_online"


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
