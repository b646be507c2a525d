"""Which call does what: about twenty of Stripe's, in one table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from tenants.billing.gateways.stripe_double.books import Books, Refused
from tenants.billing.gateways.stripe_double.sessions import (
    create_session,
    expire_session,
    show_session,
)
from tenants.billing.gateways.stripe_double.shapes import Thing, make_list, now

_PART: Final = re.compile(r"[^\[\]]+")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that came in."""

    books: Books
    account: str
    given: Thing
    reference: str = ""


Answering = Callable[[Call], Thing]


def read_form(text: str) -> Thing:
    """Return the parameters of a body: ``metadata[agency]=x`` is a name inside a name."""
    found: Thing = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        *outer, last = _PART.findall(name)
        place: Any = found
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return {name: _as_list(value) for name, value in found.items()}


def find_call(method: str, path: str) -> tuple[Answering, str]:
    """Return what answers a path, and the id in it.

    Raises:
        Refused: the double does not know it.
    """
    for wanted, pattern, answering in _ROUTES:
        match = re.fullmatch(pattern.replace("{id}", r"([A-Za-z0-9_]+)"), path)
        if match and wanted == method:
            return answering, (match.groups() or ("",))[0]
    raise Refused(f"Unrecognized request URL ({method}: {path}).", status=404)


def _as_list(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _as_list(one) for key, one in value.items()}
    return list(inner.values()) if inner and all(key.isdigit() for key in inner) else inner


def _fetch(kind: str) -> Answering:
    return lambda call: call.books.find(call.reference, kind=kind, account=call.account)


def _list(kind: str) -> Answering:
    def answer(call: Call) -> Thing:
        things = call.books.list_of(kind, account=call.account)
        wanted = {
            name: call.given[name] for name in ("payment_intent", "status") if name in call.given
        }
        found = [one for one in things if all(one.get(key) == wanted[key] for key in wanted)]
        return make_list(found[-int(call.given.get("limit", 10)) :], url=f"/v1/{kind}s")

    return answer


def _intent(call: Call) -> Thing:
    return call.books.find(call.reference, kind="payment_intent", account=call.account)


def _session(call: Call) -> Thing:
    return call.books.find(call.reference, kind="checkout.session", account=call.account)


def _update_intent(call: Call) -> Thing:
    intent = _intent(call)
    if intent["status"] in {"succeeded", "canceled"} and "amount" in call.given:
        raise Refused("This PaymentIntent's amount could not be updated.", param="amount")
    intent["metadata"] |= call.given.get("metadata", {})
    for name in ("amount", "currency", "description"):
        if name in call.given:
            intent[name] = int(call.given[name]) if name == "amount" else call.given[name]
    return intent


def _list_events(call: Call) -> Thing:
    events = [one for one in call.books.events if one.get("account", "") == call.account]
    return make_list(events[-int(call.given.get("limit", 10)) :], url="/v1/events")


def _fetch_event(call: Call) -> Thing:
    for event in call.books.events:
        if event["id"] == call.reference and event.get("account", "") == call.account:
            return event
    raise Refused(f"No such event: '{call.reference}'", status=404, code="resource_missing")


def _list_endpoints(call: Call) -> Thing:
    found = call.books.list_of("webhook_endpoint", account="")
    hidden = [{key: value for key, value in one.items() if key != "secret"} for one in found]
    return make_list(hidden, url="/v1/webhook_endpoints")


def _delete_endpoint(call: Call) -> Thing:
    endpoint = call.books.find(call.reference, kind="webhook_endpoint", account="")
    del call.books.things[endpoint["id"]]
    return {"id": endpoint["id"], "object": "webhook_endpoint", "deleted": True}


def _link_account(call: Call) -> Thing:
    account = call.books.find(str(call.given.get("account")), kind="account", account="")
    return {
        "object": "account_link",
        "created": now(),
        "expires_at": now() + 300,
        "url": f"{call.books.base}/setup/{account['id']}?"
        + urlencode({"return_url": call.given.get("return_url", "/")}),
    }


def _show_balance(_call: Call) -> Thing:
    return {"object": "balance", "available": [], "livemode": False, "pending": []}


_ROUTES: Final[tuple[tuple[str, str, Answering], ...]] = (
    (
        "POST",
        "/v1/payment_intents",
        lambda call: call.books.create_intent(call.given, account=call.account),
    ),
    ("GET", "/v1/payment_intents", _list("payment_intent")),
    ("GET", "/v1/payment_intents/{id}", _intent),
    ("POST", "/v1/payment_intents/{id}", _update_intent),
    (
        "POST",
        "/v1/payment_intents/{id}/confirm",
        lambda call: call.books.confirm(_intent(call), call.given),
    ),
    (
        "POST",
        "/v1/payment_intents/{id}/capture",
        lambda call: call.books.capture(_intent(call), call.given),
    ),
    (
        "POST",
        "/v1/payment_intents/{id}/cancel",
        lambda call: call.books.cancel(_intent(call), call.given),
    ),
    (
        "POST",
        "/v1/checkout/sessions",
        lambda call: create_session(call.books, call.given, account=call.account),
    ),
    (
        "GET",
        "/v1/checkout/sessions/{id}",
        lambda call: show_session(call.books, _session(call), call.given),
    ),
    (
        "POST",
        "/v1/checkout/sessions/{id}/expire",
        lambda call: expire_session(call.books, _session(call)),
    ),
    ("GET", "/v1/charges/{id}", _fetch("charge")),
    ("GET", "/v1/charges", _list("charge")),
    ("POST", "/v1/refunds", lambda call: call.books.refund(call.given, account=call.account)),
    ("GET", "/v1/refunds", _list("refund")),
    ("GET", "/v1/refunds/{id}", _fetch("refund")),
    ("POST", "/v1/accounts", lambda call: call.books.create_account(call.given)),
    ("GET", "/v1/accounts", _list("account")),
    ("GET", "/v1/accounts/{id}", _fetch("account")),
    ("POST", "/v1/account_links", _link_account),
    ("GET", "/v1/events", _list_events),
    ("GET", "/v1/events/{id}", _fetch_event),
    ("POST", "/v1/webhook_endpoints", lambda call: call.books.create_endpoint(call.given)),
    ("GET", "/v1/webhook_endpoints", _list_endpoints),
    ("DELETE", "/v1/webhook_endpoints/{id}", _delete_endpoint),
    ("GET", "/v1/balance", _show_balance),
)
