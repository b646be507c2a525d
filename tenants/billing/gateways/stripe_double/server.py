"""The double over HTTP: keys, accounts, idempotency, and a page with the test cards.

Bound to the loopback address only. Trouble can be asked for: ``fail_next`` lets calls end as they
do when Stripe is away.
"""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

from tenants.billing.gateways.stripe_double.books import Books, Refused
from tenants.billing.gateways.stripe_double.calls import Call, find_call, read_form
from tenants.billing.gateways.stripe_double.messages import deliver
from tenants.billing.gateways.stripe_double.pages import answer_page
from tenants.billing.gateways.stripe_double.shapes import Thing, new_id

LOOPBACK: Final = "127.0.0.1"
KEY_PREFIX: Final = "sk_test_"
Stored = tuple[str, int, bytes]


class StripeDouble(ThreadingHTTPServer):
    """A Stripe of one's own, with everything in memory."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__((LOOPBACK, port), _Handler)
        self.books = Books()
        self.books.base = self.url
        self.lock = threading.RLock()
        self.answers: dict[tuple[str, str], Stored] = {}
        self.failing = 0
        self.sends = False
        """Whether messages are sent by themselves, as soon as something happens."""

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{LOOPBACK}:{self.server_address[1]}"

    def fail_next(self, calls: int) -> None:
        """Let the next calls answer 500, having done nothing."""
        self.failing = calls

    def deliver(self, *, repeat: int = 1, seed: int | None = None, since: int = 0) -> list[int]:
        """Send the messages of the past to every endpoint; return the answers' statuses."""
        with self.lock:
            events = self.books.events[since:]
            endpoints = self.books.list_of("webhook_endpoint", account="")
        return [
            status
            for one in endpoints
            for status in deliver(
                events, url=one["url"], secret=one["secret"], repeat=repeat, seed=seed
            )
        ]

    def answer(self, handler: _Handler, *, method: str, body: str) -> tuple[int, bytes, bool]:
        """Return status and content of one call, and whether it is a repetition."""
        parts = urlsplit(handler.path)
        given = read_form(parts.query) | read_form(body)
        account = handler.headers.get("Stripe-Account", "")
        key = handler.headers.get("Idempotency-Key", "") if method == "POST" else ""
        digest = hashlib.sha256(f"{method} {parts.path} {body}".encode()).hexdigest()
        with self.lock:
            stored = self.answers.get((account, key)) if key else None
            if stored is not None:
                return _repeat(stored, digest=digest)
            status, thing = self._do(method, parts.path, account=account, given=given)
            content = json.dumps(thing).encode()
            if key and (status < 400 or status == 402):
                self.answers[account, key] = (digest, status, content)
            return status, content, False

    def _do(self, method: str, path: str, *, account: str, given: Thing) -> tuple[int, Thing]:
        if self.failing:
            self.failing -= 1
            return 500, {"error": {"type": "api_error", "message": "Something went wrong."}}
        try:
            if account:
                self.books.find(account, kind="account", account="")
            answering, reference = find_call(method, path)
            call = Call(books=self.books, account=account, given=given, reference=reference)
            return 200, answering(call)
        except Refused as refusal:
            return refusal.status, {"error": refusal.error}

    def send_new(self, *, since: int) -> None:
        """Send what happened since a moment, if messages are sent by themselves."""
        if self.sends and len(self.books.events) > since:
            threading.Thread(target=self.deliver, kwargs={"since": since}, daemon=True).start()


def _read_key(header: str) -> str:
    """Return the key of a call: the library sends it as a token, curl as the name of a user."""
    scheme, _space, content = header.partition(" ")
    if scheme != "Basic":
        return content
    try:
        return b64decode(content).decode().partition(":")[0]
    except ValueError:
        return ""


def _repeat(stored: Stored, *, digest: str) -> tuple[int, bytes, bool]:
    if stored[0] != digest:
        message = "Keys for idempotent requests can only be used with the same parameters."
        error = {"error": {"type": "idempotency_error", "message": message}}
        return 400, json.dumps(error).encode(), False
    return stored[1], stored[2], True


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "StripeDouble"
    server: StripeDouble

    def do_GET(self) -> None:
        """Answer a look, or show a page."""
        self._serve("GET")

    def do_POST(self) -> None:
        """Answer a change."""
        self._serve("POST")

    def do_DELETE(self) -> None:
        """Answer a removal."""
        self._serve("DELETE")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
        """Say nothing: tests read no log."""

    def _serve(self, method: str) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        since = len(self.server.books.events)
        if not self.path.startswith("/v1/"):
            self._page(method, body)
        elif not _read_key(self.headers.get("Authorization", "")).startswith(KEY_PREFIX):
            error = {
                "error": {"type": "invalid_request_error", "message": "Invalid API Key provided"}
            }
            self._send(401, json.dumps(error).encode())
        else:
            status, content, is_repeated = self.server.answer(self, method=method, body=body)
            self._send(status, content, is_repeated=is_repeated)
        self.server.send_new(since=since)

    def _page(self, method: str, body: str) -> None:
        with self.server.lock:
            page = answer_page(self.server.books, method=method, target=self.path, body=body)
        self.send_response(page.status)
        if page.location:
            self.send_header("Location", page.location)
        self._finish(page.content.encode(), kind="text/html; charset=utf-8")

    def _send(self, status: int, content: bytes, *, is_repeated: bool = False) -> None:
        self.send_response(status)
        self.send_header("Request-Id", new_id("req"))
        if is_repeated:
            self.send_header("Idempotent-Replayed", "true")
        self._finish(content, kind="application/json")

    def _finish(self, content: bytes, *, kind: str) -> None:
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
