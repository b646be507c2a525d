"""Keeping the process of one site as wished: start, watch, back off, stop.

A keeper never waits: the runner calls :meth:`Keeper.step` again and again with the time, and is
told when the next call makes sense.
"""

from __future__ import annotations

import json
import signal
import subprocess
from contextlib import suppress
from enum import StrEnum
from typing import Final

from hosting.drivers.embedded.notes import Desired, Observed, Sight, Wish, read_desired, write_note
from hosting.drivers.embedded.paths import SitePaths
from hosting.drivers.embedded.processes import is_group_alive, signal_group
from hosting.drivers.embedded.wishes import is_listening
from spotex.runtime.deathsig import die_with_parent

QUICK_SECONDS: Final = 0.02
SLOW_SECONDS: Final = 5.0
START_SECONDS: Final = 15.0
STOP_SECONDS: Final = 8.0
STEADY_SECONDS: Final = 60.0
FAILURES_UNTIL_TOLD: Final = 3
_BACK_OFF: Final = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Phase(StrEnum):
    """Where a keeper is."""

    IDLE = "IDLE"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    STOPPING = "STOPPING"
    WAITING = "WAITING"


class Keeper:
    """The process of one site."""

    def __init__(self, site: SitePaths) -> None:
        self.site = site
        self.phase = Phase.IDLE
        self.process: subprocess.Popen[bytes] | None = None
        self.served: Desired | None = None
        self.failures = 0
        self.since = 0.0
        self.until = 0.0
        self.told: Observed | None = None

    @property
    def is_gone(self) -> bool:
        """Tell whether there is neither a folder nor a process."""
        return self.phase is Phase.IDLE and not self.site.root.is_dir()

    def step(self, now: float, *, may_start: bool = True) -> float:
        """Do what can be done now and return in how many seconds to come again."""
        wanted = read_desired(self.site.desired) if self.site.root.is_dir() else None
        wanted = wanted or Desired(wish=Wish.STOPPED, generation=0)
        if self.phase is Phase.STOPPING:
            return self._finish_stop(now)
        if wanted != self.served:
            return self._take_up(wanted, now, may_start=may_start)
        match self.phase:
            case Phase.STARTING:
                wait = self._watch_start(now)
            case Phase.RUNNING:
                wait = self._watch(now)
            case Phase.WAITING:
                wait = self._start(now) if now >= self.until else self.until - now
            case _:
                wait = SLOW_SECONDS
        return wait

    def end(self) -> None:
        """Ask the process to end now; for the runner's own end."""
        if self.process is not None:
            signal_group(self.process.pid, signal.SIGTERM)

    def _take_up(self, wanted: Desired, now: float, *, may_start: bool) -> float:
        if self.process is not None:
            self._stop(now)
            return QUICK_SECONDS
        if wanted.wish is Wish.STOPPED:
            self.served, self.phase, self.failures = wanted, Phase.IDLE, 0
            self._tell(Sight.STOPPED)
            return SLOW_SECONDS
        if not may_start:
            return QUICK_SECONDS
        self.served, self.failures = wanted, 0
        return self._start(now)

    def _start(self, now: float) -> float:
        self.since = now
        self.until = now + START_SECONDS
        try:
            command = json.loads(self.site.command.read_text(encoding="utf-8"))
            self.site.socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.site.logs.mkdir(mode=0o700, exist_ok=True)
            with (self.site.root / "start.log").open("wb") as said:
                self.process = subprocess.Popen(  # noqa: S603  typed words written by the engine
                    command,
                    cwd=self.site.root,
                    env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"},
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    start_new_session=True,
                    preexec_fn=die_with_parent,  # noqa: PLW1509  the runner has one thread
                )
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            return self._note_failure(now, str(error))
        self.phase = Phase.STARTING
        return QUICK_SECONDS

    def _watch_start(self, now: float) -> float:
        if self._has_ended():
            return self._note_failure(now, self._last_words())
        if is_listening(self.site):
            self.phase = Phase.RUNNING
            self._tell(Sight.RUNNING)
            return SLOW_SECONDS
        if now > self.until:
            self._stop(now)
        return QUICK_SECONDS

    def _watch(self, now: float) -> float:
        if self._has_ended():
            return self._note_failure(now, self._last_words())
        if now - self.since > STEADY_SECONDS:
            self.failures = 0
        return SLOW_SECONDS

    def _stop(self, now: float) -> None:
        if self.process is not None:
            signal_group(self.process.pid, signal.SIGQUIT)
        self.phase = Phase.STOPPING
        self.until = now + STOP_SECONDS

    def _finish_stop(self, now: float) -> float:
        process = self.process
        if process is not None and process.poll() is None:
            if now > self.until:
                signal_group(process.pid, signal.SIGKILL)
            return QUICK_SECONDS
        self._clear()
        self.phase, self.served = Phase.IDLE, None
        return 0.0

    def _has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def _note_failure(self, now: float, detail: str) -> float:
        self._clear()
        self.phase = Phase.WAITING
        self.until = now + _BACK_OFF[min(self.failures, len(_BACK_OFF) - 1)]
        self.failures += 1
        if self.failures >= FAILURES_UNTIL_TOLD or "already listen" in detail:
            self._tell(Sight.FAILING, detail)
        return self.until - now

    def _clear(self) -> None:
        """Leave no worker of a manager that has ended, and no socket."""
        if self.process is not None and is_group_alive(self.process.pid):
            signal_group(self.process.pid, signal.SIGKILL)
        self.process = None
        if not is_listening(self.site):
            self.site.socket.unlink(missing_ok=True)

    def _last_words(self) -> str:
        with suppress(OSError):
            said = (self.site.root / "start.log").read_text(encoding="utf-8", errors="replace")
            errors = [line.partition("ERROR: ")[2] for line in said.splitlines() if "ERROR" in line]
            return " · ".join((errors or said.splitlines())[:2])[:300]
        return ""

    def _tell(self, sight: Sight, detail: str = "") -> None:
        note = Observed(
            sight=sight,
            generation=self.served.generation if self.served else 0,
            pid=self.process.pid if self.process else 0,
            detail=detail,
        )
        if note != self.told and self.site.root.is_dir():
            with suppress(OSError):  # a full disk must not end the runner
                write_note(self.site.observed, note)
                self.told = note
