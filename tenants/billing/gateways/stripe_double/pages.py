"""What a person sees of the double: a till with the test cards, and a bank that asks."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from tenants.billing.gateways.stripe_double.books import Books, Refused
from tenants.billing.gateways.stripe_double.cards import CARDS
from tenants.billing.gateways.stripe_double.shapes import Thing

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
</head><body><main><h1>{title}</h1><p>This is a double of Stripe for development. No money moves.</p>
<p>{text}</p><form method="post">{buttons}</form></main></body></html>"""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One answer to a browser."""

    status: int = 200
    content: str = ""
    location: str = ""


def answer_page(books: Books, *, method: str, target: str, body: str) -> Page:
    """Answer ``/till/<intent>`` and ``/approve/<intent>``; both go back to ``return_url``."""
    parts = urlsplit(target)
    _, page, reference, *_rest = [*parts.path.split("/"), "", ""]
    intent = books.things.get(reference)
    if intent is None or intent["object"] != "payment_intent" or page not in {"till", "approve"}:
        return Page(status=404, content=_render("There is no such page", text="", buttons=""))
    query = parse_qs(parts.query)
    if page == "till" and query.get("client_secret", [""])[0] != intent["client_secret"]:
        return Page(status=404, content=_render("There is no such page", text="", buttons=""))
    back = query.get("return_url", [""])[0] or _return_url(intent)
    if method == "POST":
        return _act(books, intent, page=page, chosen=dict(parse_qsl(body)), back=back)
    return Page(content=_show(intent, page=page))


def _act(books: Books, intent: Thing, *, page: str, chosen: dict[str, str], back: str) -> Page:
    if page == "approve":
        books.answer_approval(intent, approved=chosen.get("answer") == "approve")
        return Page(status=303, location=back)
    try:
        card = chosen.get("card", "")
        books.confirm(intent, {"payment_method": card, "return_url": back})
    except Refused:
        return Page(status=303, location=back)
    if intent["next_action"]:
        question = intent["next_action"]["redirect_to_url"]["url"]
        return Page(status=303, location=f"{question}?{urlencode({'return_url': back})}")
    return Page(status=303, location=back)


def _show(intent: Thing, *, page: str) -> str:
    amount = f"{intent['amount'] / 100:.2f} {intent['currency'].upper()}"
    if page == "approve":
        buttons = _button("answer", "approve", "Approve") + _button("answer", "refuse", "Refuse")
        return _render(f"Your bank: approve {amount}?", text="3-D Secure", buttons=buttons)
    buttons = "".join(
        _button("card", name, f"{card.number}: {card.label}") for name, card in CARDS.items()
    )
    return _render(f"Pay {amount}", text=escape(intent["description"] or ""), buttons=buttons)


def _return_url(intent: Thing) -> str:
    action = intent["next_action"] or {}
    return str(action.get("redirect_to_url", {}).get("return_url") or "/")


def _button(name: str, value: str, label: str) -> str:
    return f'<p><button name="{name}" value="{escape(value)}">{escape(label)}</button></p>'


def _render(title: str, *, text: str, buttons: str) -> str:
    return _PAGE.format(title=escape(title), text=text, buttons=buttons)
