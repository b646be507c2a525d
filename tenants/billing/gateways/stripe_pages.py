"""Stripe's hosted page (Checkout): the payer's card stays between them and Stripe.

Our pages load nothing from elsewhere and never see a card, so the payer goes to Stripe's page and
comes back. Such a page cannot be open for less than half an hour; who pays there after the term
of a hold is treated as everybody whose money comes late.

Source: docs.stripe.com/payments/checkout, /payments/place-a-hold-on-a-payment-method; ADR 0034.
"""

from __future__ import annotations

from typing import Any, Final

from tenants.billing.gateways.base import Order

PREFIX: Final = "cs_"


def is_page(reference: str) -> bool:
    """Tell whether a reference is a hosted page's, and not yet the payment's own."""
    return reference.startswith(PREFIX)


def describe_page(order: Order) -> dict[str, Any]:
    """Return what Stripe is asked for; the same order is always described the same way."""
    names = {"agency": order.agency, "payment": order.payment}
    price = {
        "currency": order.currency.lower(),
        "unit_amount": order.amount_minor,
        "product_data": {"name": order.description},
    }
    page: dict[str, Any] = {
        "mode": "payment",
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_method_types": ["card"],
        "payment_intent_data": {
            "capture_method": "manual",
            "description": order.description,
            "metadata": names,
        },
        "metadata": names,
        "client_reference_id": order.payment,
        "success_url": order.return_url,
        "cancel_url": order.return_url,
        "locale": order.language or "auto",
    }
    if order.email:
        page["customer_email"] = order.email
    if order.closes_at is not None:
        page["expires_at"] = int(order.closes_at.timestamp())
    return page
