"""P9: thousands of live streams on one process, against an ASGI hub without Django."""

from __future__ import annotations

import os
import selectors
import socket
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import redis
from django.conf import settings
from django.db import connection

from bench.load import compose
from bench.measure import MemoryResult, Result
from bench.memory import private_bytes
from bench.servers import running_live, running_peer
from portals.realtime.topics import CHANNEL, issue_ticket, space_topic

STREAMS: Final = 5_000
TOPICS: Final = 100
ROUNDS: Final = 12
"""Times that every topic is told; each stream hears of one."""

MOST_BYTES: Final = 20_000
_EACH: Final = 20
"""Streams of one person, as many as the product allows."""

_PATIENCE_SECONDS: Final = 30.0
_TICK: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What the streams cost one process."""

    bytes_each: float
    seconds_each: float
    """Of its processor, for one delivery."""


def run() -> Iterator[Result | MemoryResult]:
    """Open all streams, tell every topic some times, look at the process."""
    peer = {"PEER_REDIS": settings.REDIS_URL, "PEER_CHANNEL": CHANNEL}
    with running_live() as (path, process):
        ours = _measure(path, process, headers=_list_tickets())
    with running_peer("bench.peers.streams:application", environ=peer) as (path, process):
        theirs = _measure(path, process, headers=_list_topics())
    yield MemoryResult(
        number="P9",
        what=f"one of {STREAMS} live streams (0 threads, 0 database connections, 1 subscription)",
        peer="the limit",
        ours_bytes=ours.bytes_each,
        peer_bytes=MOST_BYTES,
        target=1.0,
    )
    yield Result(
        number="P9",
        what="one delivery to a live stream, processor time",
        peer="ASGI hub without Django",
        ours_seconds=ours.seconds_each,
        peer_seconds=theirs.seconds_each,
        target=1.3,
    )


def _topic(number: int) -> str:
    return space_topic(f"spc_{number % TOPICS:026}")


def _list_tickets() -> list[dict[str, str]]:
    return [
        {"X_Live_Ticket": issue_ticket([_topic(n)], follower=f"usr_{n // _EACH}")}
        for n in range(STREAMS)
    ]


def _list_topics() -> list[dict[str, str]]:
    return [{"X_Topic": _topic(n)} for n in range(STREAMS)]


def _measure(path: Path, process: int, *, headers: list[dict[str, str]]) -> Measured:
    """Return what the streams cost.

    Raises:
        RuntimeError: they cost threads or connections, too, or something was not delivered.
    """
    os.sched_setaffinity(0, {(os.cpu_count() or 1) - 1})  # the server has the first core
    with redis.Redis.from_url(settings.REDIS_URL) as server, _streams(path, headers[:1]):
        memory, threads, connections = private_bytes(process), *_count_others(process)
        with _streams(path, headers[1:]) as streams:
            held = private_bytes(process) - memory
            if _count_others(process) != (threads, connections) or _count_listeners(server) != 1:
                raise RuntimeError("Streams cost threads or connections.")
            spent = [_tell_all(server, streams, process) for _ in range(ROUNDS)]
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    return Measured(
        bytes_each=held / (len(headers) - 1),
        seconds_each=statistics.median(spent) / (len(headers) - 1),
    )


@contextmanager
def _streams(path: Path, headers: list[dict[str, str]]) -> Iterator[selectors.BaseSelector]:
    """Open streams and keep them open."""
    with ExitStack() as stack:
        watch = stack.enter_context(selectors.DefaultSelector())
        for each in headers:
            client = stack.enter_context(socket.socket(socket.AF_UNIX))
            client.settimeout(_PATIENCE_SECONDS)
            client.connect(str(path))
            client.sendall(compose("live", "/", **each))
            watch.register(client, selectors.EVENT_READ)
            if not client.recv(4_096).startswith(b"HTTP/1.1 200"):
                raise RuntimeError("A stream was refused.")
        _hear(watch, least=0)
        yield watch


def _tell_all(server: redis.Redis, streams: selectors.BaseSelector, process: int) -> float:
    """Tell every topic once; return the processor seconds that this took."""
    begin = _processor_seconds(process)
    for number in range(TOPICS):
        server.publish(CHANNEL, _topic(number))
    _hear(streams, least=STREAMS - 1)
    return _processor_seconds(process) - begin


def _hear(streams: selectors.BaseSelector, *, least: int) -> None:
    """Read until so many messages have come, and nothing more comes for a moment."""
    heard, deadline = 0, time.monotonic() + _PATIENCE_SECONDS
    while True:
        ready = streams.select(timeout=0.3)
        for key, _ in ready:
            client: socket.socket = key.fileobj  # type: ignore[assignment]  # what was registered
            heard += client.recv(65_536).count(b"data: space:")
        if not ready and heard >= least:
            return
        if time.monotonic() > deadline:
            raise RuntimeError(f"Only {heard} of {least} messages came.")


def _count_others(process: int) -> tuple[int, int]:
    """Return the threads of a process and all connections to the database."""
    status = Path(f"/proc/{process}/status").read_text()
    threads = int(status.partition("Threads:")[2].split()[0])
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE backend_type = %s", [_CLIENT])
        return threads, cursor.fetchone()[0]


_CLIENT: Final = "client backend"


def _count_listeners(server: redis.Redis) -> int:
    said: Any = server.pubsub_numsub(CHANNEL)
    return int(dict(said)[CHANNEL.encode()])


def _processor_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK
