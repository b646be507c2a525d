"""The peer of live streams: the least that an ASGI application can do, without Django.

Whoever connects names a topic and hears of it; there are no tickets, limits or signs of life.
"""

from __future__ import annotations

import asyncio
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import redis.asyncio as redis

_streams: dict[bytes, set[asyncio.Queue[bytes]]] = defaultdict(set)
_tasks: list[asyncio.Task[None]] = []


async def application(
    scope: dict[str, Any],
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    """Serve streams; the topic is in a header."""
    if scope["type"] != "http":
        await _live(receive, send)
        return
    topic = dict(scope["headers"])[b"x-topic"]
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    _streams[topic].add(queue)
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-type", b"text/event-stream")],
        }
    )
    await send({"type": "http.response.body", "body": b"data: open\n\n", "more_body": True})
    copy = asyncio.create_task(_copy(queue, send))
    while (await receive())["type"] != "http.disconnect":
        pass
    copy.cancel()
    _streams[topic].discard(queue)


async def _live(
    receive: Callable[[], Awaitable[dict[str, Any]]],
    send: Callable[[dict[str, Any]], Awaitable[None]],
) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            _tasks.append(asyncio.create_task(_follow()))
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _copy(
    queue: asyncio.Queue[bytes], send: Callable[[dict[str, Any]], Awaitable[None]]
) -> None:
    with suppress(OSError):
        while True:
            body = await queue.get()
            await send({"type": "http.response.body", "body": body, "more_body": True})


async def _follow() -> None:
    async with redis.Redis.from_url(os.environ["PEER_REDIS"]) as client, client.pubsub() as pubsub:
        await pubsub.subscribe(os.environ["PEER_CHANNEL"])
        async for message in pubsub.listen():
            if message["type"] == "message":
                frame = b"event: changed\ndata: %s\n\n" % message["data"]
                for queue in _streams[message["data"]]:
                    queue.put_nowait(frame)
