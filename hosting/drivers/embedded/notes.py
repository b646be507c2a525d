"""The notes that engine and runner leave each other in a site's folder.

The engine writes ``desired.json`` with a growing generation, the runner answers with
``observed.json`` carrying the generation it has served. Both write a temporary file and rename
it, so a reader never sees half a note. A datagram to the runner's socket only saves the wait for
its next look around.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from hosting.drivers.embedded.paths import Layout


class Wish(StrEnum):
    """What the engine wants of a site's process."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"


class Sight(StrEnum):
    """What the runner sees of a site's process."""

    RUNNING = "RUNNING"
    STOPPED = "STOPPED"
    FAILING = "FAILING"


@dataclass(frozen=True, kw_only=True)
class Desired:
    """The engine's note."""

    wish: Wish
    generation: int


@dataclass(frozen=True, kw_only=True)
class Observed:
    """The runner's note."""

    sight: Sight
    generation: int
    pid: int = 0
    detail: str = ""


def write_atomically(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a file so that readers see the old or the new content, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def read_desired(path: Path) -> Desired | None:
    """Return the engine's note, or None if there is none that can be read."""
    found = _read(path)
    try:
        return Desired(wish=Wish(found["wish"]), generation=int(found["generation"]))
    except (KeyError, ValueError):
        return None


def read_observed(path: Path) -> Observed | None:
    """Return the runner's note, or None if there is none that can be read."""
    found = _read(path)
    try:
        return Observed(**{**found, "sight": Sight(found["sight"])})
    except (KeyError, TypeError, ValueError):
        return None


def write_note(path: Path, note: Desired | Observed) -> None:
    """Write either note."""
    write_atomically(path, json.dumps(asdict(note)))


def is_runner_alive(layout: Layout) -> bool:
    """Tell whether a runner holds the lock of these sites."""
    try:
        descriptor = os.open(layout.runner_lock, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def wake_runner(layout: Layout, site_id: str) -> None:
    """Tell the runner to look at a site now; it looks by itself later if this is lost."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, suppress(OSError):
        sender.setblocking(False)  # noqa: FBT003  the standard library's signature
        sender.sendto(site_id.encode(), str(layout.runner_socket))
