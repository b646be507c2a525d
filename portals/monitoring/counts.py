"""Counts of all processes: files in one directory for each machine or container."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from prometheus_client import REGISTRY, CollectorRegistry, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from spotex.runtime.counts import is_held

_OWN: Final = "PROMETHEUS_MULTIPROC_DIR"
_LIVE: Final = "gauge_live*_*.db"


def choose_counts() -> CollectorRegistry:
    """Return the counts of all processes where they share a directory, else of this one."""
    own = os.environ.get(_OWN, "")
    if not own:
        return REGISTRY
    shared = CollectorRegistry()
    shared.register(_SharedCounts(Path(own)))
    return shared


class _SharedCounts(Collector):
    """Adds up what all processes wrote; those that ended hold no streams."""

    def __init__(self, own: Path) -> None:
        self._own = own

    def collect(self) -> Iterable[Metric]:
        """Return every metric, summed over the processes."""
        _forget_dead_processes(self._own)
        files = [str(file) for file in self._list_files()]
        merged: Iterable[Metric] = MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        return merged

    def _list_files(self) -> Iterator[Path]:
        for directory in self._own.parent.iterdir():
            is_living = directory == self._own or is_held(directory)
            left_out = set() if is_living else set(directory.glob(_LIVE))
            yield from set(directory.glob("*.db")) - left_out


def _forget_dead_processes(directory: Path) -> None:
    """Drop the gauges of processes that ended without saying so."""
    for file in directory.glob(_LIVE):
        pid = int(file.stem.rsplit("_", 1)[1])
        if not Path(f"/proc/{pid}").exists():
            mark_process_dead(pid, path=str(directory))  # type: ignore[no-untyped-call]
