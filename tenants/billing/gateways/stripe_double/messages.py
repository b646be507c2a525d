"""Signed messages: sent when asked, as often and in whatever order one likes to try."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import time
from collections.abc import Iterable
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from tenants.billing.gateways.stripe_double.shapes import Thing

PATIENCE_SECONDS = 10


def sign(body: bytes, *, secret: str, at: int | None = None) -> str:
    """Return the header by which a receiver knows that a message is Stripe's."""
    stamp = int(time.time()) if at is None else at
    text = str(stamp).encode() + b"." + body
    digest = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def deliver(
    events: Iterable[Thing], *, url: str, secret: str, repeat: int = 1, seed: int | None = None
) -> list[int]:
    """Send every message some times; with a seed in an order that nobody expects.

    Returns the answers' statuses, 0 where there was none.
    """
    queue = [event for event in events for _time in range(repeat)]
    if seed is not None:
        random.Random(seed).shuffle(queue)  # noqa: S311  an order, no secret
    return [_send(event, url=url, secret=secret) for event in queue]


def _send(event: Thing, *, url: str, secret: str) -> int:
    body = json.dumps(event).encode()
    address, host = _locate(url)
    headers = {
        "Content-Type": "application/json",
        "Stripe-Signature": sign(body, secret=secret),
        "Host": host,
    }
    request = Request(address, data=body, headers=headers, method="POST")  # noqa: S310  our own
    try:
        with urlopen(request, timeout=PATIENCE_SECONDS) as response:  # noqa: S310
            return int(response.status)
    except HTTPError as error:
        return int(error.code)
    except (URLError, OSError):
        return 0


def _locate(url: str) -> tuple[str, str]:
    """Return where to connect, and which host to ask for.

    Names below localhost are this machine, whatever its resolver says (RFC 6761, section 6.3).
    """
    parts = urlsplit(url)
    if not (parts.hostname or "").endswith(".localhost"):
        return url, parts.netloc
    here = f"127.0.0.1:{parts.port}" if parts.port else "127.0.0.1"
    return parts._replace(netloc=here).geturl(), parts.netloc
