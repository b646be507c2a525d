"""Connections that end at a moment, however slowly the other side speaks.

A limit for each step does not limit the whole: who sends a letter every second is never too slow.
Here every step may take only what is left.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from ssl import SSLContext
from threading import Thread
from typing import Any

import httpcore


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Ends at a moment by the machine's own clock."""

    ends: float

    @classmethod
    def begin(cls, *, seconds: float) -> Watch:
        """Return one that ends in so many seconds."""
        return cls(ends=time.monotonic() + seconds)

    def leave(self, timeout: float | None) -> float:
        """Return how long one step may take: no longer than what is left of the whole.

        Raises:
            httpcore.ReadTimeout: nothing is left.
        """
        left = self.ends - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left if timeout is None else min(timeout, left)


def resolve(host: str, *, port: int, watch: Watch) -> list[str]:
    """Return the addresses behind a name.

    A resolver that hangs cannot be broken off: a thread of its own asks it, and is left behind.

    Raises:
        httpcore.ReadTimeout: nothing of the time is left.
        OSError, UnicodeError: nobody has this name.
    """
    answers: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answers.put([str(one[4][0]) for one in found])
        except (OSError, UnicodeError) as error:
            answers.put(error)

    left = watch.leave(None)
    Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=left)
    except Empty as error:
        raise httpcore.ReadTimeout from error
    if isinstance(answer, Exception):
        raise answer
    return answer


class _WatchedStream(httpcore.NetworkStream):
    """A connection on which nothing takes longer than the whole may take."""

    def __init__(self, inner: httpcore.NetworkStream, watch: Watch) -> None:
        self._inner, self._watch = inner, watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._watch.leave(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._watch.leave(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._watch.leave(timeout)
        return _WatchedStream(
            self._inner.start_tls(ssl_context, server_hostname, left), self._watch
        )

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class WatchedBackend(httpcore.SyncBackend):
    """Connects to strangers, by the clock of the whole."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect while there is time."""
        left = self._watch.leave(timeout)
        inner = super().connect_tcp(host, port, left, local_address, socket_options)
        return _WatchedStream(inner, self._watch)
