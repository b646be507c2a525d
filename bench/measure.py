"""How a benchmark measures and what it reports."""

from __future__ import annotations

import gc
import statistics
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Comparison(ABC):
    """One line of the table: ours against a peer of the same run.

    ``ratio`` is ours divided by the peer; ``target`` is the largest ratio that meets the goal.
    """

    number: str
    what: str
    peer: str
    target: float

    @property
    @abstractmethod
    def amounts(self) -> tuple[float, float]:
        """Ours and the peer's."""

    @abstractmethod
    def describe(self, amount: float) -> str:
        """Return an amount with its unit."""

    @property
    def ratio(self) -> float:
        """Ours divided by the peer: below one is better."""
        ours, peer = self.amounts
        return ours / peer

    @property
    def is_met(self) -> bool:
        """Tell whether the goal is met."""
        return self.ratio <= self.target


@dataclass(frozen=True, kw_only=True)
class Result(Comparison):
    """A comparison of times."""

    ours_seconds: float
    peer_seconds: float

    @property
    def amounts(self) -> tuple[float, float]:
        """Ours and the peer's, in seconds."""
        return self.ours_seconds, self.peer_seconds

    def describe(self, amount: float) -> str:
        """Return a time with its unit."""
        if amount >= 1:
            return f"{amount:.2f} s"
        return f"{amount * 1_000:.2f} ms" if amount >= 1e-4 else f"{amount * 1e6:.1f} µs"


@dataclass(frozen=True, kw_only=True)
class MemoryResult(Comparison):
    """A comparison of memory."""

    ours_bytes: float
    peer_bytes: float

    @property
    def amounts(self) -> tuple[float, float]:
        """Ours and the peer's, in bytes."""
        return self.ours_bytes, self.peer_bytes

    def describe(self, amount: float) -> str:
        """Return an amount of memory with its unit."""
        if amount < 100_000:
            return f"{amount / 1_000:.1f} kB"
        return f"{amount / 1_000_000:.1f} MB"


def forget_memory() -> None:
    """Let the collector of garbage pass over what is there now: neither side made it."""
    gc.collect()
    gc.freeze()


def median_seconds(work: Callable[[], object], *, rounds: int) -> float:
    """Return the median time of several rounds, in seconds; what was made before is cleaned up."""
    times = []
    for _ in range(rounds):
        forget_memory()
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def paired_seconds(
    ours: Callable[[], object],
    peer: Callable[[], object],
    *,
    rounds: int,
) -> tuple[float, float]:
    """Return both medians, measured in turn so that a noisy neighbour disturbs both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, seconds in zip((ours, peer), times, strict=True):
            begin = time.perf_counter()
            work()
            seconds.append(time.perf_counter() - begin)
    return statistics.median(times[0]), statistics.median(times[1])
