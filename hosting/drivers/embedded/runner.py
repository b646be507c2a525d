"""The process that keeps the embedded sites running: ``python -m hosting.drivers.embedded.runner``.

It owns the sites' process groups: one PHP process manager for each site that should run. It takes
no orders over a wire; it looks at the notes in the sites' folders (see
:mod:`hosting.drivers.embedded.notes`) and makes the machine match them. Killed in any way and
started again, it ends what its predecessor left and starts from the notes.
"""

from __future__ import annotations

import fcntl
import logging
import os
import select
import signal
import socket
import sys
import time
from types import FrameType
from typing import Final

from hosting.drivers.embedded.config import read_layout
from hosting.drivers.embedded.keeper import SLOW_SECONDS, Keeper, Phase
from hosting.drivers.embedded.paths import Layout
from hosting.drivers.embedded.processes import end_groups, is_group_alive, list_strays

logger = logging.getLogger("spotex.sites")

LOCK_SECONDS: Final = 10.0
LOOK_AROUND_SECONDS: Final = 2.0
STARTS_AT_ONCE: Final = 4


class Runner:
    """All keepers of one folder of sites."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.keepers: dict[str, Keeper] = {}
        self.due: dict[str, float] = {}
        self.stopping = False
        self.looked_at = 0.0
        self._lock = -1

    def run(self) -> int:
        """Keep the sites until asked to stop; return the exit code."""
        self.layout.sites_dir.mkdir(mode=0o755, parents=True, exist_ok=True)
        self.layout.runner_socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._take_lock():
            logger.error("another runner keeps these sites")
            return 1
        self._end_strays()
        signals = self._listen_to_signals()
        self.layout.runner_socket.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bell:
            bell.bind(str(self.layout.runner_socket))
            bell.setblocking(False)  # noqa: FBT003  the standard library's signature
            logger.info("ready, %d sites", len(self.layout.list_site_ids()))
            while not self.stopping:
                self._turn(bell, signals)
        self.layout.runner_socket.unlink(missing_ok=True)
        self._end_all()
        return 0

    def _turn(self, bell: socket.socket, signals: socket.socket) -> None:
        now = time.monotonic()
        if now - self.looked_at > LOOK_AROUND_SECONDS:
            self._look_around(now)
        next_at = self._step_all(now)
        patience = max(0.0, min(next_at, now + LOOK_AROUND_SECONDS) - time.monotonic())
        ready, _, _ = select.select([bell, signals], [], [], patience)
        if signals in ready:  # a child ended, or we are asked to stop
            signals.recv(4_096)
            self.due = dict.fromkeys(self.keepers, 0.0)
        if bell in ready:
            self._hear(bell)

    def _hear(self, bell: socket.socket) -> None:
        while True:
            try:
                site_id = bell.recv(200).decode("ascii", "replace")
            except BlockingIOError:
                return
            if site_id in self.keepers or site_id in self.layout.list_site_ids():
                self._keep(site_id)
                self.due[site_id] = 0.0

    def _keep(self, site_id: str) -> None:
        if site_id not in self.keepers:
            self.keepers[site_id] = Keeper(self.layout.site(site_id))

    def _look_around(self, now: float) -> None:
        """Find new folders and changed wishes whose call was lost."""
        self.looked_at = now
        for site_id in self.layout.list_site_ids():
            self._keep(site_id)
        self.due = dict.fromkeys(self.keepers, 0.0)

    def _step_all(self, now: float) -> float:
        """Step every keeper that is due and return when the next one is."""
        starting = sum(keeper.phase is Phase.STARTING for keeper in self.keepers.values())
        for site_id, keeper in list(self.keepers.items()):
            if self.due.get(site_id, 0.0) > now:
                continue
            before = keeper.phase
            wait = keeper.step(now, may_start=starting < STARTS_AT_ONCE)
            if keeper.phase is not before:
                starting += keeper.phase is Phase.STARTING
                logger.info("%s: %s", site_id, keeper.phase.value.lower())
            self.due[site_id] = now + wait
            if keeper.is_gone:
                del self.keepers[site_id], self.due[site_id]
        return min(self.due.values(), default=now + SLOW_SECONDS)

    def _take_lock(self) -> bool:
        self._lock = os.open(self.layout.runner_lock, os.O_RDWR | os.O_CREAT, 0o600)
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    return False
                time.sleep(0.05)
            else:
                return True

    def _listen_to_signals(self) -> socket.socket:
        listening, woken = socket.socketpair()
        for end in (listening, woken):
            end.setblocking(False)  # noqa: FBT003  the standard library's signature
        signal.set_wakeup_fd(woken.detach())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        return listening

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _end_strays(self) -> None:
        strays = list_strays(self.layout)
        if strays:
            logger.warning("ending %d process groups of a former run", len(strays))
            end_groups([stray.group for stray in strays])

    def _end_all(self) -> None:
        processes = [keeper.process for keeper in self.keepers.values() if keeper.process]
        for keeper in self.keepers.values():
            keeper.end()
        until = time.monotonic() + 5
        while any(process.poll() is None for process in processes) and time.monotonic() < until:
            time.sleep(0.02)
        end_groups([process.pid for process in processes if is_group_alive(process.pid)])
        logger.info("stopped %d sites", len(processes))


def main() -> int:
    """Run with the folders that the project's settings name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotex.settings")
    logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(message)s")
    return Runner(read_layout()).run()


if __name__ == "__main__":
    sys.exit(main())
