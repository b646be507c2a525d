"""The engine's side of the talk with the runner: wish, wake, wait."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import Final

from hosting.drivers.base import (
    AddressTaken,
    EngineTimeout,
    StartFailed,
    SupervisorDown,
)
from hosting.drivers.embedded.config import EngineConfig
from hosting.drivers.embedded.notes import (
    Desired,
    Observed,
    Sight,
    Wish,
    is_runner_alive,
    read_desired,
    read_observed,
    wake_runner,
    write_note,
)
from hosting.drivers.embedded.paths import Layout, SitePaths

_PAUSE_SECONDS: Final = 0.02


def require_runner(layout: Layout) -> None:
    """Pass if a runner keeps these sites.

    Raises:
        SupervisorDown: there is none.
    """
    if not is_runner_alive(layout):
        raise SupervisorDown


def is_listening(site: SitePaths) -> bool:
    """Tell whether anybody accepts connections at the site's socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link, suppress(OSError):
        link.settimeout(1)
        link.connect(str(site.socket))
        return True
    return False


def is_running(site: SitePaths) -> bool:
    """Tell whether the runner has a process of the site and that one listens."""
    note = read_observed(site.observed)
    return bool(note and note.sight is Sight.RUNNING) and is_listening(site)


def wish_running(config: EngineConfig, site: SitePaths) -> None:
    """Have a process that is younger than this call.

    Raises:
        SupervisorDown: no runner lives.
        StartFailed: the process does not stay alive.
        EngineTimeout: it is not ready in time.
    """
    require_runner(config.layout)
    generation = _wish(config.layout, site, Wish.RUNNING)
    _wait(config, site, Wish.RUNNING, generation)


def wish_stopped(config: EngineConfig, site: SitePaths) -> None:
    """Have no process.

    Raises:
        SupervisorDown: a process is there, but no runner that could end it.
        EngineTimeout: it does not end in time.
    """
    if not site.root.exists():
        _wait_for_silence(config, site)
        return
    generation = _wish(config.layout, site, Wish.STOPPED)
    if is_runner_alive(config.layout):
        _wait(config, site, Wish.STOPPED, generation)
    elif is_listening(site):
        raise SupervisorDown


def _wish(layout: Layout, site: SitePaths, wish: Wish) -> int:
    before = read_desired(site.desired)
    generation = (before.generation if before else 0) + 1
    write_note(site.desired, Desired(wish=wish, generation=generation))
    wake_runner(layout, site.root.name)
    return generation


def _wait(config: EngineConfig, site: SitePaths, wish: Wish, generation: int) -> None:
    seconds = config.start_seconds if wish is Wish.RUNNING else config.stop_seconds
    until = time.monotonic() + seconds
    while True:
        note = read_observed(site.observed)
        if note and note.generation >= generation and _is_granted(note, wish, site):
            return
        if time.monotonic() > until:
            require_runner(config.layout)
            raise EngineTimeout(seconds=int(seconds))
        time.sleep(_PAUSE_SECONDS)


def _is_granted(note: Observed, wish: Wish, site: SitePaths) -> bool:
    if wish is Wish.STOPPED:
        return note.sight is Sight.STOPPED
    if note.sight is Sight.FAILING:
        if "already listen" in note.detail:
            raise AddressTaken(address=site.socket.name)
        raise StartFailed(detail=note.detail)
    return note.sight is Sight.RUNNING and is_listening(site)


def _wait_for_silence(config: EngineConfig, site: SitePaths) -> None:
    """Wait until the runner has ended the process of a folder that is gone."""
    until = time.monotonic() + config.stop_seconds
    while is_listening(site):
        wake_runner(config.layout, site.root.name)
        if time.monotonic() > until:
            require_runner(config.layout)
            raise EngineTimeout(seconds=int(config.stop_seconds))
        time.sleep(_PAUSE_SECONDS)
