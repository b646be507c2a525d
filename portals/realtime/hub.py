"""The live process: thousands of event streams on one Redis subscription.

A raw ASGI application, because Django's own handler spends a thread on every open stream. It
knows no database. The proxy hands a request over after an ordinary Django view has answered with
a ticket (``X-Live-Ticket``); the stream then says "changed" for each of the ticket's topics.

Source: WHATWG HTML, server-sent events; measurements in docs/architecture.md.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import redis.asyncio as redis
from django.conf import settings

from portals.realtime.topics import CHANNEL, CLOSING, Ticket, read_ticket
from spotex.kernel.metrics import STREAMS

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

HEARTBEAT_SECONDS: Final = 20.0
BACKLOG: Final = 16
"""Frames that a slow reader may owe; more, and it is cut off and connects again by itself."""

MAX_STREAMS: Final = 10_000
STREAMS_EACH: Final = 20
"""Pages that one person may have open at the same time."""

MAX_AGE_SECONDS: Final = 15 * 60
"""Then the browser connects again, and the view asks again whether the person still may."""

_SPREAD_SECONDS: Final = 60
"""Streams that began together end at different moments, lest they all come back at once."""

_FRAME: Final = b"event: changed\ndata: %s\n\n"
_HEADERS: Final = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

_STILL_HERE: Final = b": still here\n\n"
_GROUPS: Final = 20
"""Streams get their signs of life group after group, lest thousands are written to at once."""


@dataclass(eq=False, slots=True, kw_only=True)
class Stream:
    """What waits to be sent to one open page; None is the end of it."""

    frames: asyncio.Queue[bytes | None]
    ends_at: float
    group: int

    def put(self, frame: bytes | None) -> None:
        """Add a frame; one who reads too slowly is cut off instead."""
        if self.frames.full():
            self.frames.get_nowait()
            frame = None
        self.frames.put_nowait(frame)


class Hub:
    """All open streams of this process, by topic.

    One task listens and one keeps all streams alive: a timer for each of them would cost more
    than what is delivered.
    """

    def __init__(self) -> None:
        self._streams: dict[str, set[Stream]] = defaultdict(set)
        self._groups: list[set[Stream]] = [set() for _ in range(_GROUPS)]
        self._open: Counter[str] = Counter()
        self._turn = 0
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def has_room(self) -> bool:
        """Tell whether the process takes one more stream."""
        return self._open.total() < MAX_STREAMS

    def has_room_for(self, follower: str) -> bool:
        """Tell whether a person may open one more stream."""
        return self._open[follower] < STREAMS_EACH

    def open(self, ticket: Ticket) -> Stream:
        """Return a new stream on the topics of a ticket."""
        self._ensure_tasks()
        self._turn = (self._turn + 1) % _GROUPS
        age = MAX_AGE_SECONDS - secrets.randbelow(_SPREAD_SECONDS)
        stream = Stream(
            frames=asyncio.Queue(BACKLOG), ends_at=time.monotonic() + age, group=self._turn
        )
        self._groups[stream.group].add(stream)
        for topic in ticket.topics:
            self._streams[topic].add(stream)
        self._open[ticket.follower] += 1
        STREAMS.inc()
        return stream

    def close(self, stream: Stream, ticket: Ticket) -> None:
        """Forget a stream."""
        self._groups[stream.group].discard(stream)
        self._open[ticket.follower] -= 1
        STREAMS.dec()
        if not self._open[ticket.follower]:
            del self._open[ticket.follower]
        for topic in ticket.topics:
            listeners = self._streams.get(topic)
            if listeners is not None:
                listeners.discard(stream)
                if not listeners:
                    del self._streams[topic]

    def _ensure_tasks(self) -> None:
        for work in (self._follow, self._beat):
            task = self._tasks.get(work.__name__)
            if task is None or task.done():
                self._tasks[work.__name__] = asyncio.create_task(work())

    def tell(self, topic: str) -> None:
        """Put one frame, encoded once, into every stream on the topic; or close them all."""
        frame = None if topic.startswith(CLOSING) else _FRAME % topic.encode()
        for stream in self._streams.get(topic, ()):
            stream.put(frame)

    async def _beat(self) -> None:
        """Give each stream a sign of life in time, and end those that are old."""
        while True:
            for group in self._groups:
                await asyncio.sleep(HEARTBEAT_SECONDS / _GROUPS)
                now = time.monotonic()
                for stream in group:
                    stream.put(_STILL_HERE if now < stream.ends_at else None)

    async def _follow(self) -> None:
        while True:
            try:
                await self._listen()
            except (redis.RedisError, OSError):
                logger.warning("live updates pause: Redis is away")
                await asyncio.sleep(1)

    async def _listen(self) -> None:
        server = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_connect_timeout=settings.SPOTEX_REDIS_TIMEOUT,
            socket_keepalive=True,
        )
        async with server as client, client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            for topic in list(self._streams):
                self.tell(topic)  # whatever changed while nobody listened
            async for message in pubsub.listen():
                if message["type"] == "message":
                    self.tell(message["data"].decode())


hub = Hub()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve streams; answer the server's start and stop messages."""
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http":
        await _serve(scope, receive, send)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _serve(scope: Scope, receive: Receive, send: Send) -> None:
    ticket = read_ticket(dict(scope["headers"]).get(b"x-live-ticket", b"").decode("latin-1"))
    if ticket is None:
        await _refuse(send, status=403, text=b"This address needs a ticket from the portal.\n")
        return
    if not hub.has_room_for(ticket.follower):
        await _refuse(send, status=429, text=b"You have too many pages open.\n")
        return
    if not hub.has_room():
        await _refuse(send, status=503, text=b"Too many open streams; try again soon.\n")
        return
    stream = hub.open(ticket)
    watch = asyncio.create_task(_end_at_disconnect(stream, receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await _send_frame(send, b"retry: 2000\n\n" + _FRAME % b"open")
        await _copy(stream, send)
    finally:
        watch.cancel()
        hub.close(stream, ticket)


async def _refuse(send: Send, *, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    if status != 403:
        headers.append((b"retry-after", b"60"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


async def _end_at_disconnect(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.put(None)


async def _copy(stream: Stream, send: Send) -> None:
    while (frame := await stream.frames.get()) is not None:
        await _send_frame(send, frame)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_frame(send: Send, frame: bytes) -> None:
    await send({"type": "http.response.body", "body": frame, "more_body": True})
