"""Finding and ending PHP process groups, also those of a runner that was killed.

A PHP process manager overwrites its environment with its title, so groups are recognised by the
title: the manager's carries the path of its configuration, a worker's the id of its site.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hosting.drivers.embedded.paths import SITE_PREFIX, Layout

_PROC: Final = Path("/proc")
_GENTLE_SECONDS: Final = 3.0


@dataclass(frozen=True)
class Stray:
    """A process group of one of our sites."""

    group: int
    site_id: str


def list_strays(layout: Layout) -> list[Stray]:
    """Return the process groups that serve sites of this layout, whoever started them."""
    found: dict[int, Stray] = {}
    for pid, title in _list_titles():
        site_id = _read_site(title, layout)
        if site_id:
            with suppress(OSError):
                group = os.getpgid(pid)
                found[group] = Stray(group, site_id)
    found.pop(os.getpgrp(), None)
    return list(found.values())


def _list_titles() -> Iterator[tuple[int, str]]:
    if not _PROC.is_dir():
        return
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                yield int(entry.name), (entry / "cmdline").read_bytes().decode("utf-8", "replace")


def _read_site(title: str, layout: Layout) -> str:
    if not title.startswith("php-fpm: "):
        return ""
    marker = f"master process ({layout.sites_dir}/{SITE_PREFIX}"
    if marker in title:
        return SITE_PREFIX + title.partition(marker)[2].partition("/")[0]
    pool = title.removeprefix("php-fpm: pool ").strip("\0 ")
    if pool.startswith(SITE_PREFIX) and (layout.sites_dir / pool).is_dir():
        return pool
    return ""


def is_group_alive(group: int) -> bool:
    """Tell whether the group has a process that is not a zombie."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def signal_group(group: int, number: signal.Signals) -> None:
    """Send a signal to a whole group; a group that is gone is fine."""
    with suppress(ProcessLookupError):
        os.killpg(group, number)


def end_groups(groups: list[int]) -> None:
    """End process groups: gently, then by force."""
    for group in groups:
        signal_group(group, signal.SIGTERM)
    until = time.monotonic() + _GENTLE_SECONDS
    while any(map(is_group_alive, groups)) and time.monotonic() < until:
        time.sleep(0.02)
    for group in groups:
        signal_group(group, signal.SIGKILL)
