"""What a person sees of the double: tills, a bank that asks, and the questions to an account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from tenants.billing.gateways.stripe_double.books import Books, Refused
from tenants.billing.gateways.stripe_double.cards import CARDS, find_card
from tenants.billing.gateways.stripe_double.sessions import (
    find_session_of,
    finish_session,
    pay_session,
    show_session,
)
from tenants.billing.gateways.stripe_double.shapes import Thing

_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
</head><body><main><h1>{title}</h1><p>This is a double of Stripe for development. No money moves.</p>
<p>{text}</p><form method="post">{inside}</form></main></body></html>"""
_NUMBER: Final = (
    '<p><label>Card number <input name="number" inputmode="numeric" autocomplete="off" '
    'size="24"></label></p><p><button>Pay</button></p>'
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One answer to a browser."""

    status: int = 200
    content: str = ""
    location: str = ""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One question of a browser about one thing."""

    books: Books
    thing: Thing
    back: str
    chosen: dict[str, str] | None = field(default=None)
    """What was sent; None where somebody only looks."""


def answer_page(books: Books, *, method: str, target: str, body: str) -> Page:
    """Answer the pages by their first word: till, approve, checkout, setup."""
    parts = urlsplit(target)
    _, page, reference, *_rest = [*parts.path.split("/"), "", ""]
    kind, show = _PAGES.get(page, ("", _show_nothing))
    thing, query = books.things.get(reference), parse_qs(parts.query)
    if thing is None or thing["object"] != kind:
        return _show_nothing(None)
    secret = query.get("client_secret", [""])[0]
    if page == "till" and secret != thing["client_secret"]:
        return _show_nothing(None)
    chosen = dict(parse_qsl(body)) if method == "POST" else None
    back = query.get("return_url", [""])[0]
    return show(Visit(books=books, thing=thing, back=back, chosen=chosen))


def _show_till(visit: Visit) -> Page:
    """Let somebody pay an intent with a test card, as Stripe's own form would."""
    intent, back = visit.thing, visit.back or _return_url(visit.thing)
    if visit.chosen is None:
        buttons = "".join(
            _button("card", name, f"{card.number}: {card.label}") for name, card in CARDS.items()
        )
        return _page(f"Pay {_amount(intent)}", text=intent["description"] or "", inside=buttons)
    card = visit.chosen.get("card", "")
    try:
        visit.books.confirm(intent, {"payment_method": card, "return_url": back})
    except Refused:
        return Page(status=303, location=back)
    return _go_on(intent, back=back)


def _show_approval(visit: Visit) -> Page:
    """Ask as a bank does (3-D Secure)."""
    intent, back = visit.thing, visit.back or _return_url(visit.thing)
    if visit.chosen is None:
        buttons = _button("answer", "approve", "Approve") + _button("answer", "refuse", "Refuse")
        return _page(f"Your bank: approve {_amount(intent)}?", text="3-D Secure", inside=buttons)
    is_approved = visit.chosen.get("answer") == "approve"
    visit.books.answer_approval(intent, approved=is_approved)
    session = find_session_of(visit.books, intent)
    if session is not None and is_approved:
        finish_session(visit.books, session)
        back = session["success_url"]
    return Page(status=303, location=back)


def _show_checkout(visit: Visit) -> Page:
    """Take a card's number on a hosted page."""
    session = show_session(visit.books, visit.thing, {})
    if session["status"] != "open":
        return Page(status=303, location=session["success_url"])
    said = _last_failure(visit.books, session)
    if visit.chosen is not None:
        name = find_card(visit.chosen.get("number", ""))
        if not name:
            said = "Your card number is invalid."
        else:
            try:
                intent = pay_session(visit.books, session, card=name)
                return _go_on(intent, back=str(session["success_url"]))
            except Refused as refusal:
                said = str(refusal)
    words = " ".join(f"{card.number} {card.label}." for card in CARDS.values())
    back = escape(session["cancel_url"] or session["success_url"])
    inside = f'{_alert(said)}{_NUMBER}<p><a href="{back}">Back</a></p>'
    return _page(f"Pay {_amount(session)}", text=words, inside=inside)


def _show_setup(visit: Visit) -> Page:
    """Ask an account what Stripe asks: nothing but to go on."""
    if visit.chosen is None:
        buttons = _button("answer", "submit", "Submit") + _button("answer", "later", "Later")
        return _page("Set up your account", text=visit.thing["email"] or "", inside=buttons)
    if visit.chosen.get("answer") == "submit":
        visit.books.answer_questions(visit.thing)
    return Page(status=303, location=visit.back or "/")


def _show_nothing(_visit: Visit | None) -> Page:
    return Page(status=404, content=_render("There is no such page", text="", inside=""))


_PAGES: Final[dict[str, tuple[str, Callable[[Visit], Page]]]] = {
    "till": ("payment_intent", _show_till),
    "approve": ("payment_intent", _show_approval),
    "checkout": ("checkout.session", _show_checkout),
    "setup": ("account", _show_setup),
}


def _go_on(intent: Thing, *, back: str) -> Page:
    if not intent["next_action"]:
        return Page(status=303, location=back)
    question = intent["next_action"]["redirect_to_url"]
    target = question["return_url"] or back
    return Page(status=303, location=f"{question['url']}?{urlencode({'return_url': target})}")


def _last_failure(books: Books, session: Thing) -> str:
    intent = books.things.get(session["payment_intent"] or "")
    error = intent["last_payment_error"] if intent else None
    return str(error["message"]) if error else ""


def _amount(thing: Thing) -> str:
    amount = thing["amount"] if "amount" in thing else thing["amount_total"]
    return f"{amount / 100:.2f} {thing['currency'].upper()}"


def _return_url(intent: Thing) -> str:
    action = intent["next_action"] or {}
    return str(action.get("redirect_to_url", {}).get("return_url") or "/")


def _alert(text: str) -> str:
    return f'<p role="alert">{escape(text)}</p>' if text else ""


def _button(name: str, value: str, label: str) -> str:
    return f'<p><button name="{name}" value="{escape(value)}">{escape(label)}</button></p>'


def _page(title: str, *, text: str, inside: str) -> Page:
    return Page(content=_render(title, text=escape(text), inside=inside))


def _render(title: str, *, text: str, inside: str) -> str:
    return _PAGE.format(title=escape(title), text=text, inside=inside)
