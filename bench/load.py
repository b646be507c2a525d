"""A small client that keeps a server busy: some connections, one request after the other."""

from __future__ import annotations

import os
import selectors
import socket
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

CLIENTS: Final = 8
WINDOW_SECONDS: Final = 1.0
ROUNDS: Final = 11
_CHUNK: Final = 262_144


def compose(host: str, path: str, **headers: str) -> bytes:
    """Return the bytes of a GET request."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", "Accept-Language: it"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def fetch(path: Path, request: bytes) -> tuple[bytes, bytes]:
    """Return head and body of one answer."""
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        client.sendall(request)
        answer = b""
        while _bytes_missing(answer):
            answer += client.recv(_CHUNK)
    head, _, body = answer.partition(b"\r\n\r\n")
    return head, body


def compare(ours: tuple[Path, bytes], peer: tuple[Path, bytes]) -> tuple[float, float]:
    """Return the seconds that an answer takes, ours and the peer's.

    Short windows in turn; the median of the rounds' ratios decides, applied to our median.
    """
    os.sched_setaffinity(0, {(os.cpu_count() or 1) - 1})  # the servers have the first core
    for target in (ours, peer):
        count_answers(*target, seconds=WINDOW_SECONDS)
    rounds = [
        tuple(count_answers(*target, seconds=WINDOW_SECONDS) for target in (ours, peer))
        for _ in range(ROUNDS)
    ]
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    mine = 1 / statistics.median(pace for pace, _ in rounds)
    return mine, mine / _median_ratio(rounds)


def _median_ratio(rounds: Sequence[tuple[float, ...]]) -> float:
    """Return our seconds divided by the peer's."""
    return statistics.median(theirs / mine for mine, theirs in rounds)


def count_answers(path: Path, request: bytes, *, seconds: float) -> float:
    """Return how many answers a second come while a few clients ask.

    Raises:
        RuntimeError: an answer was no success.
    """
    with ExitStack() as stack:
        watch = stack.enter_context(selectors.DefaultSelector())
        for _ in range(CLIENTS):
            client = stack.enter_context(socket.socket(socket.AF_UNIX))
            client.connect(str(path))
            watch.register(client, selectors.EVENT_READ, bytearray())
            client.sendall(request)
        begin = time.perf_counter()
        answers = 0
        while (spent := time.perf_counter() - begin) < seconds:
            answers += sum(_read(key, request) for key, _ in watch.select(timeout=0.1))
        return answers / spent


def _read(key: selectors.SelectorKey, request: bytes) -> bool:
    """Read what has come; ask again and return True when the answer is whole."""
    client: socket.socket = key.fileobj  # type: ignore[assignment]  # what was registered
    answer: bytearray = key.data
    answer += client.recv(_CHUNK)
    if _bytes_missing(answer):
        return False
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(bytes(answer[:2_000]).decode(errors="replace"))
    answer.clear()
    client.sendall(request)
    return True


def _bytes_missing(answer: bytes | bytearray) -> int:
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return 1
    head = bytes(answer[:end]).lower()
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    return end + 4 + length - len(answer)
