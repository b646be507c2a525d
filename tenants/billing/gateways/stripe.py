"""Stripe, through its official library: reserve with a card, take by hand, in a connected account.

Payments are direct charges: they belong to the agency's own account, which is named in every call.
A bank's no to a card is not an error of ours: the payment is fetched, and says it itself.

Source: ADR 0033; docs.stripe.com/connect/direct-charges, /payments/place-a-hold-on-a-payment-method.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import stripe
from django.conf import settings
from django.utils.translation import gettext as _

from tenants.billing.gateways.base import (
    Intent,
    IntentUnknown,
    Order,
    ProviderRefused,
    ProviderUnreachable,
    Receipt,
)
from tenants.billing.states import PaymentState, RefundState

RETRIES: Final = 1
"""The library's own, with the same key; the rest is left to the due work."""

_STATES: Final = {
    "requires_payment_method": PaymentState.REQUIRES_PAYMENT,
    "requires_confirmation": PaymentState.REQUIRES_PAYMENT,
    "requires_action": PaymentState.REQUIRES_ACTION,
    "processing": PaymentState.PROCESSING,
    "requires_capture": PaymentState.AUTHORISED,
    "succeeded": PaymentState.CAPTURED,
    "canceled": PaymentState.CANCELLED,
}
_REFUNDS: Final = {
    "succeeded": RefundState.SUCCEEDED,
    "failed": RefundState.FAILED,
    "canceled": RefundState.FAILED,
}


class StripeGateway:
    """One agency's account at Stripe."""

    def __init__(self, *, account: str) -> None:
        self.account = account
        self.client = stripe.StripeClient(
            settings.SPOTEX_STRIPE_KEY or "sk_missing",
            base_addresses={"api": settings.SPOTEX_STRIPE_API},
            max_network_retries=RETRIES,
            http_client=stripe.RequestsClient(timeout=settings.SPOTEX_STRIPE_TIMEOUT),
        )

    def create_intent(self, order: Order, *, key: str) -> Intent:
        """Open a payment whose money is reserved first and taken by hand."""
        params: Any = {
            "amount": order.amount_minor,
            "currency": order.currency.lower(),
            "capture_method": "manual",
            "description": order.description,
            "metadata": {"agency": order.agency, "payment": order.payment},
            "payment_method_types": ["card"],
        }
        if order.email:
            params["receipt_email"] = order.email
        with _translating():
            return _show(self.client.v1.payment_intents.create(params, self._options(key)))

    def fetch_intent(self, reference: str) -> Intent:
        """Return the payment as Stripe has it."""
        with _translating():
            return _show(self.client.v1.payment_intents.retrieve(reference, {}, self._options()))

    def confirm_intent(self, reference: str, *, method: str, key: str) -> Intent:
        """Try to pay with a payment method of Stripe's."""
        params: Any = {"payment_method": method}
        try:
            with _translating():
                return _show(
                    self.client.v1.payment_intents.confirm(reference, params, self._options(key))
                )
        except _CardRefused:
            return self.fetch_intent(reference)

    def capture_intent(self, reference: str, *, key: str) -> Intent:
        """Take the money."""
        return self._change("capture", reference, key=key, done=PaymentState.CAPTURED)

    def cancel_intent(self, reference: str, *, key: str) -> Intent:
        """Let the money go."""
        return self._change("cancel", reference, key=key, done=PaymentState.CANCELLED)

    def refund_intent(self, reference: str, *, amount_minor: int, key: str) -> Receipt:
        """Give some of the money back."""
        params: Any = {
            "payment_intent": reference,
            "amount": amount_minor,
            "metadata": {"refund": key},
        }
        with _translating():
            return _show_refund(self.client.v1.refunds.create(params, self._options(key)))

    def fetch_refund(self, reference: str) -> Receipt:
        """Return a refund as Stripe has it."""
        with _translating():
            return _show_refund(self.client.v1.refunds.retrieve(reference, {}, self._options()))

    def _change(self, action: str, reference: str, *, key: str, done: PaymentState) -> Intent:
        """Do what was perhaps done already: Stripe forgets keys after a day, we do not."""
        call = getattr(self.client.v1.payment_intents, action)
        try:
            with _translating():
                return _show(call(reference, {}, self._options(key)))
        except ProviderRefused:
            intent = self.fetch_intent(reference)
            if intent.state != done:
                raise
            return intent

    def _options(self, key: str = "") -> Any:
        options: dict[str, str] = {"stripe_account": self.account} if self.account else {}
        if key:
            options["idempotency_key"] = key
        return options


class _CardRefused(ProviderRefused):
    """The bank said no to a card."""

    code = "card_refused"


@contextmanager
def _translating() -> Iterator[None]:
    """Turn the library's errors into ours."""
    try:
        yield
    except stripe.CardError as error:
        raise _CardRefused(error.user_message or _("The bank refused the card.")) from error
    except stripe.InvalidRequestError as error:
        kind = IntentUnknown if error.code == "resource_missing" else ProviderRefused
        raise kind(_("Stripe refused: %(reason)s") % {"reason": error.user_message}) from error
    except stripe.IdempotencyError as error:
        raise ProviderRefused(_("Stripe knows this call with other values.")) from error
    except (
        stripe.StripeError
    ) as error:  # away, too busy, or our key is wrong: not the payer's fault
        raise ProviderUnreachable(_("Stripe cannot be reached. Please try again.")) from error


def _show(intent: stripe.PaymentIntent) -> Intent:
    state = _STATES[intent.status]
    is_taken = state == PaymentState.CAPTURED
    problem = intent.last_payment_error if state == PaymentState.REQUIRES_PAYMENT else None
    action = intent.next_action
    page = action.redirect_to_url if action is not None else None
    return Intent(
        reference=intent.id,
        state=state,
        amount_minor=intent.amount_received if is_taken else intent.amount,
        currency=intent.currency.upper(),
        failure_code=(problem.decline_code or problem.code or "") if problem else "",
        failure=(problem.message or "") if problem else "",
        client_secret=intent.client_secret or "",
        action_url=(page.url or "") if page else "",
    )


def _show_refund(refund: stripe.Refund) -> Receipt:
    state = _REFUNDS.get(refund.status or "", RefundState.PENDING)
    reason = getattr(refund, "failure_reason", None) or ""
    return Receipt(reference=refund.id, state=state, failure=str(reason))
