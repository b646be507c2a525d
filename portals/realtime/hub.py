"""The live process: thousands of event streams on one Redis subscription.

A raw ASGI application, because Django's own handler spends a thread on every open stream. It
knows no database. The proxy hands a request over after an ordinary Django view has answered with
a ticket (``X-Live-Ticket``); the stream then says "changed" for each of the ticket's topics.

Source: WHATWG HTML, server-sent events; measurements in docs/architecture.md.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any, Final

import redis.asyncio as redis
from django.conf import settings

from portals.realtime.topics import CHANNEL, read_ticket

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

HEARTBEAT_SECONDS: Final = 20.0
BACKLOG: Final = 16
"""Frames that a slow reader may owe; more, and it is cut off and connects again by itself."""

MAX_STREAMS: Final = 10_000
_FRAME: Final = b"event: changed\ndata: %s\n\n"
_HEADERS: Final = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]

Stream = asyncio.Queue[bytes | None]


class Hub:
    """All open streams of this process, by topic."""

    def __init__(self) -> None:
        self._streams: dict[str, set[Stream]] = defaultdict(set)
        self._count = 0
        self._follower: asyncio.Task[None] | None = None

    def open(self, topics: list[str]) -> Stream | None:
        """Return a new stream on the topics, None when the process is full."""
        if self._count >= MAX_STREAMS:
            return None
        if self._follower is None or self._follower.done():
            self._follower = asyncio.create_task(self._follow())
        stream: Stream = asyncio.Queue(BACKLOG)
        for topic in topics:
            self._streams[topic].add(stream)
        self._count += 1
        return stream

    def close(self, stream: Stream, topics: list[str]) -> None:
        """Forget a stream."""
        self._count -= 1
        for topic in topics:
            listeners = self._streams.get(topic)
            if listeners is not None:
                listeners.discard(stream)
                if not listeners:
                    del self._streams[topic]

    def tell(self, topic: str) -> None:
        """Put one frame, encoded once, into every stream on the topic."""
        frame = _FRAME % topic.encode()
        for stream in list(self._streams.get(topic, ())):
            if stream.full():
                stream.get_nowait()
                stream.put_nowait(None)
            else:
                stream.put_nowait(frame)

    async def _follow(self) -> None:
        while True:
            try:
                await self._listen()
            except (redis.RedisError, OSError):
                logger.warning("live updates pause: Redis is away")
                await asyncio.sleep(1)

    async def _listen(self) -> None:
        async with redis.Redis.from_url(settings.REDIS_URL) as client, client.pubsub() as pubsub:
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
    topics = read_ticket(dict(scope["headers"]).get(b"x-live-ticket", b"").decode("latin-1"))
    if topics is None:
        await _refuse(send, status=403, text=b"This address needs a ticket from the portal.\n")
        return
    stream = hub.open(topics)
    if stream is None:
        await _refuse(send, status=503, text=b"Too many open streams; try again soon.\n")
        return
    gone = asyncio.create_task(_until_disconnect(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        await _send_frame(send, b"retry: 2000\n\n" + _FRAME % b"open")
        await _copy(stream, gone, send)
    finally:
        gone.cancel()
        hub.close(stream, topics)


async def _refuse(send: Send, *, status: int, text: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text})


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _copy(stream: Stream, gone: asyncio.Task[None], send: Send) -> None:
    while not gone.done():
        try:
            frame = await asyncio.wait_for(stream.get(), HEARTBEAT_SECONDS)
        except TimeoutError:
            frame = b": still here\n\n"
        if frame is None:
            break
        await _send_frame(send, frame)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_frame(send: Send, frame: bytes) -> None:
    await send({"type": "http.response.body", "body": frame, "more_body": True})
