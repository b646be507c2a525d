"""How a benchmark measures and what it reports."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Result:
    """One line of the table: ours against a peer of the same run.

    ``ratio`` is ours divided by the peer; ``target`` is the largest ratio that meets the goal.
    """

    number: str
    what: str
    peer: str
    ours_seconds: float
    peer_seconds: float
    target: float

    @property
    def ratio(self) -> float:
        """Ours divided by the peer: below one is faster."""
        return self.ours_seconds / self.peer_seconds

    @property
    def is_met(self) -> bool:
        """Tell whether the goal is met."""
        return self.ratio <= self.target


def median_seconds(work: Callable[[], object], *, rounds: int) -> float:
    """Return the median time of several rounds, in seconds."""
    times = []
    for _ in range(rounds):
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
