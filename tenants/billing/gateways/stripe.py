"""Stripe, through its official library: reserve with a card, take by hand, in a connected account.

Payments are direct charges: they belong to the agency's own account, which is named in every call.
A bank's no to a card is not an error of ours: the payment is fetched, and says it itself.

Source: ADR 0033; docs.stripe.com/connect/direct-charges, /payments/place-a-hold-on-a-payment-method.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import stripe
from django.conf import settings

from tenants.billing.gateways.base import Intent, Order, ProviderRefused, Receipt
from tenants.billing.gateways.stripe_answers import (
    CardRefused,
    show_intent,
    show_page,
    show_refund,
    translating,
)
from tenants.billing.gateways.stripe_pages import describe_page, is_page
from tenants.billing.states import PaymentState

RETRIES: Final = 1
"""The library's own, with the same key; the rest is left to the due work."""


class StripeGateway:
    """One agency's account at Stripe."""

    def __init__(self, *, account: str) -> None:
        self.account = account
        self.client = make_client()

    def create_intent(self, order: Order, *, key: str) -> Intent:
        """Open a payment whose money is reserved first and taken by hand.

        With a ``return_url`` it is a page of Stripe's, from which the payer comes back; without,
        whoever asked has a form of their own.
        """
        if order.return_url:
            return self._open_page(order, key=f"{key}:page")
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
        with translating():
            return show_intent(self.client.v1.payment_intents.create(params, self._options(key)))

    def fetch_intent(self, reference: str) -> Intent:
        """Return the payment as Stripe has it."""
        if is_page(reference):
            return self._fetch_page(reference)
        with translating():
            return show_intent(
                self.client.v1.payment_intents.retrieve(reference, {}, self._options())
            )

    def confirm_intent(self, reference: str, *, method: str, key: str) -> Intent:
        """Try to pay with a payment method of Stripe's."""
        params: Any = {"payment_method": method}
        try:
            with translating():
                return show_intent(
                    self.client.v1.payment_intents.confirm(reference, params, self._options(key))
                )
        except CardRefused:
            return self.fetch_intent(reference)

    def capture_intent(self, reference: str, *, key: str) -> Intent:
        """Take the money."""
        return self._change("capture", reference, key=key, done=PaymentState.CAPTURED)

    def cancel_intent(self, reference: str, *, key: str) -> Intent:
        """Let the money go; a page that is open is closed instead."""
        if is_page(reference):
            return self._close_page(reference, key=key)
        return self._change("cancel", reference, key=key, done=PaymentState.CANCELLED)

    def refund_intent(self, reference: str, *, amount_minor: int, key: str) -> Receipt:
        """Give some of the money back."""
        params: Any = {
            "payment_intent": reference,
            "amount": amount_minor,
            "metadata": {"refund": key},
        }
        with translating():
            return show_refund(self.client.v1.refunds.create(params, self._options(key)))

    def fetch_refund(self, reference: str) -> Receipt:
        """Return a refund as Stripe has it."""
        with translating():
            return show_refund(self.client.v1.refunds.retrieve(reference, {}, self._options()))

    def _open_page(self, order: Order, *, key: str) -> Intent:
        params: Any = describe_page(order)
        with translating():
            return show_page(self.client.v1.checkout.sessions.create(params, self._options(key)))

    def _fetch_page(self, reference: str) -> Intent:
        params: Any = {"expand": ["payment_intent"]}
        with translating():
            return show_page(
                self.client.v1.checkout.sessions.retrieve(reference, params, self._options())
            )

    def _close_page(self, reference: str, *, key: str) -> Intent:
        """Close a page; where somebody was faster, let go of what was paid on it."""
        try:
            with translating():
                return show_page(
                    self.client.v1.checkout.sessions.expire(reference, {}, self._options(key))
                )
        except ProviderRefused:
            intent = self._fetch_page(reference)
            if intent.state == PaymentState.CANCELLED:
                return intent
            if not intent.follows:
                raise
            done = self.cancel_intent(intent.reference, key=f"{key}:inner")
            return replace(done, follows=reference)

    def _change(self, action: str, reference: str, *, key: str, done: PaymentState) -> Intent:
        """Do what was perhaps done already: Stripe forgets keys after a day, we do not."""
        call = getattr(self.client.v1.payment_intents, action)
        try:
            with translating():
                return show_intent(call(reference, {}, self._options(key)))
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


def make_client() -> stripe.StripeClient:
    """Return the library's client, which speaks for the platform."""
    return stripe.StripeClient(
        settings.SPOTEX_STRIPE_KEY or "sk_missing",
        base_addresses={"api": settings.SPOTEX_STRIPE_API},
        max_network_retries=RETRIES,
        http_client=stripe.RequestsClient(timeout=settings.SPOTEX_STRIPE_TIMEOUT),
    )
