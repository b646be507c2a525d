"""Objects as Stripe writes them; only the fields that are read, and those that tell versions apart."""

from __future__ import annotations

import secrets
import time
from typing import Any, Final

API_VERSION: Final = "2026-10-28.endive"
Thing = dict[str, Any]


def new_id(prefix: str) -> str:
    """Return an id such as ``pi_3f…``."""
    return f"{prefix}_{secrets.token_hex(12)}"


def now() -> int:
    """Return the present second, as Stripe writes moments."""
    return int(time.time())


def make_intent(given: Thing) -> Thing:
    """Return a new payment intent from the parameters of the call."""
    reference = new_id("pi")
    return {
        "id": reference,
        "object": "payment_intent",
        "amount": int(given["amount"]),
        "amount_capturable": 0,
        "amount_received": 0,
        "application_fee_amount": _number(given.get("application_fee_amount")),
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": given.get("capture_method", "automatic_async"),
        "client_secret": f"{reference}_secret_{secrets.token_hex(12)}",
        "confirmation_method": "automatic",
        "created": now(),
        "currency": given["currency"],
        "customer": None,
        "description": given.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": given.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": given.get("receipt_email"),
        "status": "requires_payment_method",
        "transfer_data": None,
    }


def make_session(given: Thing, *, base: str) -> Thing:
    """Return a new hosted page from the parameters of the call."""
    reference = new_id("cs_test")
    prices = [line["price_data"] for line in given["line_items"]]
    total = sum(
        int(price["unit_amount"]) * int(line.get("quantity", 1))
        for line, price in zip(given["line_items"], prices, strict=True)
    )
    created = now()
    return {
        "id": reference,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": given.get("client_reference_id"),
        "client_secret": None,
        "created": created,
        "currency": prices[0]["currency"],
        "customer": None,
        "customer_email": given.get("customer_email"),
        "expires_at": int(given.get("expires_at", created + 24 * 60 * 60)),
        "livemode": False,
        "locale": given.get("locale"),
        "metadata": given.get("metadata", {}),
        "mode": given["mode"],
        "payment_intent": None,
        "payment_intent_data": given.get("payment_intent_data", {}),
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "status": "open",
        "success_url": given["success_url"],
        "ui_mode": "hosted",
        "url": f"{base}/checkout/{reference}",
    }


def make_charge(intent: Thing) -> Thing:
    """Return the charge that reserves the money of an intent."""
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0,
        "amount_refunded": 0,
        "captured": False,
        "created": now(),
        "currency": intent["currency"],
        "livemode": False,
        "metadata": intent["metadata"],
        "paid": True,
        "payment_intent": intent["id"],
        "refunded": False,
        "status": "succeeded",
    }


def make_refund(intent: Thing, *, amount: int, status: str, given: Thing) -> Thing:
    """Return a refund of some of an intent's money."""
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": intent["latest_charge"],
        "created": now(),
        "currency": intent["currency"],
        "metadata": given.get("metadata", {}),
        "payment_intent": intent["id"],
        "reason": given.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }


def make_account(given: Thing) -> Thing:
    """Return a connected account, whose questions nobody has answered yet."""
    return {
        "id": new_id("acct"),
        "object": "account",
        "business_type": given.get("business_type"),
        "capabilities": {"card_payments": "inactive", "transfers": "inactive"},
        "charges_enabled": False,
        "country": given.get("country", "IT"),
        "created": now(),
        "default_currency": "eur",
        "details_submitted": False,
        "email": given.get("email"),
        "metadata": given.get("metadata", {}),
        "payouts_enabled": False,
        "type": given.get("type", "standard"),
    }


def make_event(kind: str, thing: Thing, *, account: str) -> Thing:
    """Return the message that something happened; the object is as it is at this moment."""
    event: Thing = {
        "id": new_id("evt"),
        "object": "event",
        "api_version": API_VERSION,
        "created": now(),
        "data": {"object": {**thing}},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": new_id("req"), "idempotency_key": None},
        "type": kind,
    }
    if account:
        event["account"] = account
    return event


def make_endpoint(given: Thing) -> Thing:
    """Return an address to which messages go, with its secret, which is shown this once."""
    return {
        "id": new_id("we"),
        "object": "webhook_endpoint",
        "api_version": given.get("api_version"),
        "application": None,
        "created": now(),
        "description": given.get("description"),
        "enabled_events": given.get("enabled_events", ["*"]),
        "livemode": False,
        "metadata": given.get("metadata", {}),
        "secret": f"whsec_{secrets.token_hex(16)}",
        "status": "enabled",
        "url": given["url"],
    }


def make_list(things: list[Thing], *, url: str) -> Thing:
    """Return a list, the newest first."""
    return {"object": "list", "data": things[::-1], "has_more": False, "url": url}


def _number(value: str | None) -> int | None:
    return None if value is None else int(value)
