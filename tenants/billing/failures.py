"""Why a payment or a refund did not work, in the language of whoever reads it.

Stored are a code and what the provider said in its own words; sentences of ours are made when
somebody reads them.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tenants.billing.models import Payment, Refund
from tenants.billing.states import RefundState

AMOUNT_DIFFERS: Final = "amount_differs"
NOTHING_TAKEN: Final = "nothing_taken"
_NO_TO_CARD: Final = _("The bank refused the card.")
_NO: Final = _("The payment provider refused this.")
_SENTENCES: Final[MappingProxyType[str, str | Promise]] = MappingProxyType(
    {
        AMOUNT_DIFFERS: _("The provider has another amount than was asked for: %(said)s."),
        NOTHING_TAKEN: _("Nothing had been taken, so nothing has to go back."),
        "card_declined": _NO_TO_CARD,
        "card_refused": _NO_TO_CARD,
        "generic_decline": _NO_TO_CARD,
        "insufficient_funds": _("There is not enough money on the card."),
        "expired_card": _("The card has expired."),
    },
)


def describe_failure(payment: Payment) -> str:
    """Return what went wrong with a payment, ``""`` if nothing did."""
    if not payment.failure_code and not payment.failure:
        return ""
    return _describe(payment.failure_code, said=payment.failure)


def describe_refund_failure(refund: Refund) -> str:
    """Return why money could not go back, ``""`` if nothing is wrong."""
    if refund.state != RefundState.FAILED:
        return ""
    return _describe(refund.failure, said=refund.failure)


def _describe(code: str, *, said: str) -> str:
    sentence = _SENTENCES.get(code)
    return str(sentence) % {"said": said} if sentence else said or str(_NO)
