"""Checkout sessions of the double: a hosted page for one payment, as far as we use it.

Source: docs.stripe.com/api/checkout/sessions, /payments/checkout; shapes of August 2026.
"""

from __future__ import annotations

from typing import Final

from tenants.billing.gateways.stripe_double.books import Books, Refused
from tenants.billing.gateways.stripe_double.shapes import Thing, make_intent, make_session, now

SHORTEST_SECONDS: Final = 30 * 60
LONGEST_SECONDS: Final = 24 * 60 * 60
SLACK_SECONDS: Final = 60
_NEEDED: Final = ("mode", "line_items", "success_url")


def create_session(books: Books, given: Thing, *, account: str) -> Thing:
    """Open a page for a payment.

    Raises:
        Refused: a parameter is missing or wrong, or the page would be open too shortly or too long.
    """
    for name in _NEEDED:
        if name not in given:
            raise Refused(f"Missing required param: {name}.", code="parameter_missing", param=name)
    lasting = int(given.get("expires_at", now() + LONGEST_SECONDS)) - now()
    if not SHORTEST_SECONDS <= lasting <= LONGEST_SECONDS + SLACK_SECONDS:
        raise Refused(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.",
            param="expires_at",
        )
    session = make_session(given, base=books.base)
    if session["amount_total"] < 50:
        raise Refused("The Checkout Session's total amount must be at least 50 cents")
    return books.keep(session, account=account)


def show_session(books: Books, session: Thing, given: Thing) -> Thing:
    """Return a session as it is now, its payment in it if that is asked for."""
    if session["status"] == "open" and session["expires_at"] <= now():
        expire_session(books, session)
    reference = session["payment_intent"]
    if reference and "payment_intent" in given.get("expand", []):
        return {**session, "payment_intent": books.things[reference]}
    return session


def expire_session(books: Books, session: Thing) -> Thing:
    """Close a page that nobody finished, and what was tried on it.

    Raises:
        Refused: it was finished, or closed before.
    """
    if session["status"] != "open":
        raise Refused(
            'Only Checkout Sessions with a status in ["open"] can be expired. This Session has a '
            f"status of {session['status']}.",
        )
    session |= {"status": "expired", "url": None}
    intent = books.things.get(session["payment_intent"] or "")
    if intent is not None:
        books.cancel(intent, {"cancellation_reason": "expired"})
    books.tell("checkout.session.expired", session)
    return session


def pay_session(books: Books, session: Thing, *, card: str) -> Thing:
    """Try a card on the page; return the payment.

    Raises:
        Refused: the page is closed, or the bank said no.
    """
    if session["status"] != "open":
        raise Refused("This Checkout Session is not open.")
    intent = books.things.get(session["payment_intent"] or "")
    if intent is None:
        account = books.accounts[session["id"]]
        intent = books.keep(make_intent(_describe(session)), account=account)
        session["payment_intent"] = intent["id"]
        books.tell("payment_intent.created", intent)
    back = f"{books.base}/checkout/{session['id']}"
    books.confirm(intent, {"payment_method": card, "return_url": back})
    return finish_session(books, session)


def finish_session(books: Books, session: Thing) -> Thing:
    """Close the page if its payment is done; return the payment."""
    intent = books.things[session["payment_intent"]]
    if intent["status"] in {"requires_capture", "succeeded"} and session["status"] == "open":
        is_paid = intent["status"] == "succeeded"
        session |= {"status": "complete", "payment_status": "paid" if is_paid else "unpaid"}
        session["url"] = None
        books.tell("checkout.session.completed", session)
    return intent


def find_session_of(books: Books, intent: Thing) -> Thing | None:
    """Return the page on which a payment was begun, if it was one."""
    for thing in books.things.values():
        if thing["object"] == "checkout.session" and thing["payment_intent"] == intent["id"]:
            return thing
    return None


def _describe(session: Thing) -> Thing:
    return {
        **session["payment_intent_data"],
        "amount": session["amount_total"],
        "currency": session["currency"],
        "receipt_email": session["customer_email"],
    }
