"""Topics: names of things that change, and signed tickets to listen to them.

A message says *that* something changed, never what: pages fetch it again through the ordinary
view, so that permissions are asked in one place.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Final

import redis
from django.conf import settings
from django.core import signing

logger = logging.getLogger(__name__)

CHANNEL: Final = "spotex:live"
CLOSING: Final = "support:"
"""Begins topics whose message closes the stream instead of passing it on."""

TICKET_SECONDS: Final = 60
"""How old a ticket may be when a stream opens; the proxy uses it within milliseconds."""

_SALT: Final = "portals.realtime.ticket"
_clients: dict[str, redis.Redis] = {}


def operation_topic(public_id: str) -> str:
    """Return the topic of one operation's progress."""
    return f"operation:{public_id}"


def agency_topic(public_id: str, *, subject: str) -> str:
    """Return the topic of a list in one agency, such as its sites."""
    return f"agency:{public_id}:{subject}"


def customer_topic(public_id: str, *, subject: str) -> str:
    """Return the topic of a list of one customer, such as its sites."""
    return f"customer:{public_id}:{subject}"


def support_topic(public_id: str) -> str:
    """Return the topic that tells streams of a support session to close."""
    return f"{CLOSING}{public_id}"


def site_topic(public_id: str) -> str:
    """Return the topic of one site and of the work on it."""
    return f"site:{public_id}"


def space_topic(public_id: str) -> str:
    """Return the topic of one space's calendar."""
    return f"space:{public_id}"


def publish_topics(*topics: str) -> None:
    """Tell every listener that the topics changed; silence is harmless when Redis is away.

    They go over in one piece: a Redis that hangs is waited for once, however many there are.
    """
    try:
        with _client().pipeline(transaction=False) as pipeline:
            for topic in topics:
                pipeline.publish(CHANNEL, topic)
            pipeline.execute()
    except redis.RedisError:
        logger.warning("live update of %s was not sent: Redis is away", ", ".join(topics))


def _client() -> redis.Redis:
    url = settings.REDIS_URL
    if url not in _clients:
        _clients[url] = redis.Redis.from_url(
            url,
            socket_timeout=settings.SPOTEX_REDIS_TIMEOUT,
            socket_connect_timeout=settings.SPOTEX_REDIS_TIMEOUT,
        )
    return _clients[url]


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """Who may listen to what."""

    topics: list[str]
    follower: str
    """The person's public id."""


def issue_ticket(topics: list[str], *, follower: str) -> str:
    """Return the signed permission to listen to some topics; the view has checked it."""
    return signing.dumps({"topics": topics, "follower": follower}, salt=_SALT, compress=True)


def read_ticket(text: str) -> Ticket | None:
    """Return what a ticket says, None when it is forged or old."""
    try:
        said: dict[str, Any] = signing.loads(text, salt=_SALT, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        return None
    return Ticket(topics=said["topics"], follower=said["follower"])
