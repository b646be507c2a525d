"""What every payment provider can do, whoever it is.

A driver speaks with the provider and knows nothing of our rows. Every call that changes something
carries a key: the same key again has the same effect once. No driver is called inside a
transaction: a provider takes seconds.

Source: ADR 0033.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from spotex.kernel.errors import RuleViolation, UpstreamFailure
from tenants.billing.states import PaymentState, RefundState


class ProviderUnreachable(UpstreamFailure):
    """The provider did not answer, or not in time; asking again with the same key is right."""

    code = "payment_provider_unreachable"


class ProviderRefused(RuleViolation):
    """The provider understood and said no.

    Args:
        message: one sentence for people, in their language.
        said: the provider's own words, which may be kept.
    """

    code = "payment_refused"

    def __init__(self, message: str, *, said: str = "", field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.said = said


class IntentUnknown(ProviderRefused):
    """The provider has no such payment."""

    code = "payment_unknown"


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a provider is asked to collect."""

    payment: str
    agency: str
    amount_minor: int
    currency: str
    description: str
    email: str = ""
    language: str = ""
    return_url: str = ""
    """Where the payer comes back to from a page of the provider; "" where none is wanted."""

    closes_at: datetime | None = None
    """When such a page closes."""


@dataclass(frozen=True, kw_only=True)
class Intent:
    """A payment as the provider has it: the truth."""

    reference: str
    state: PaymentState
    amount_minor: int
    currency: str
    failure_code: str = ""
    failure: str = ""
    client_secret: str = field(default="", repr=False)
    action_url: str = ""
    """Where the payer approves it, or pays it, if the provider has a page for that."""

    follows: str = ""
    """The reference of the page on which it was begun, whose place it takes."""


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A refund as the provider has it."""

    reference: str
    state: RefundState
    failure: str = ""


class Gateway(Protocol):
    """A payment provider.

    All methods raise ``ProviderUnreachable`` when there is no answer, ``ProviderRefused`` when the
    answer is no, ``IntentUnknown`` for a reference that the provider does not have.
    """

    def create_intent(self, order: Order, *, key: str) -> Intent:
        """Ask for a payment that is reserved first and taken later."""

    def fetch_intent(self, reference: str) -> Intent:
        """Return the payment as it is now."""

    def confirm_intent(self, reference: str, *, method: str, key: str) -> Intent:
        """Try to pay; a bank's no is an answer, not an error."""

    def capture_intent(self, reference: str, *, key: str) -> Intent:
        """Take the money that is reserved."""

    def cancel_intent(self, reference: str, *, key: str) -> Intent:
        """Let the money go, or ask no longer for it."""

    def refund_intent(self, reference: str, *, amount_minor: int, key: str) -> Receipt:
        """Give some of the money back."""

    def fetch_refund(self, reference: str) -> Receipt:
        """Return a refund as it is now."""
