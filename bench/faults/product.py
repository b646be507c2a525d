"""The product as people start it, in a directory of its own, and the processes to be hurt."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import httpx

from spotex.runtime.config import REPOSITORY, read_config
from spotex.runtime.databases import join_foundation
from spotex.runtime.deathsig import die_with_parent
from spotex.runtime.guard import list_descendants
from spotex.runtime.ports import remember_ports

START_SECONDS: Final = 300.0
STOP_SECONDS: Final = 60.0
MARKS: Final = {
    "postgres": "bin/postgres",
    "redis": "redis-server",
    "web": "granian",
    "live": "uvicorn",
    "proxy": "caddy",
    "worker": "worker@",
    "site-ops": "site-ops@",
    "beat": " beat ",
    "sites": "embedded.runner",
}
"""What the command line of each process below the supervisor contains."""


class Product:
    """One run of the product; a context manager that leaves nothing behind."""

    def __init__(self, *, mail_port: int) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="spotex-faults-"))
        self.directory.chmod(0o711)  # the users of sites pass through
        self.port = remember_ports(self.directory / "port.json", ("public",))["public"]
        self._log = self.directory / "run.log"
        self.last_words = ""
        """What it said, once it is over."""
        self._environ = {
            **os.environ,
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "SPOTEX_MODE": "development",
            "SPOTEX_BASE_DOMAIN": "localhost",
            "SPOTEX_DATA_DIR": str(self.directory),
            "SPOTEX_PORT": str(self.port),
            "SPOTEX_MAILBOX": "false",
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "SPOTEX_SIGNUPS_PER_HOUR": "100000",
            "SPOTEX_API_ANONYMOUS_PER_MINUTE": "100000",
        }
        self._guard: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self.last_words = self.read_log()
        shutil.rmtree(self.directory, ignore_errors=True)

    def _start(self) -> None:
        parent = os.getpid()
        with self._log.open("wb") as log:
            self._guard = subprocess.Popen(
                [sys.executable, "-m", "spotex.runtime", "run"],
                cwd=REPOSITORY,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=lambda: die_with_parent(parent=parent),  # noqa: PLW1509 - one prctl
            )
        deadline = time.monotonic() + START_SECONDS
        while "Spotex is ready" not in self.read_log():
            if self._guard.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The product did not start:\n{self.read_log()[-3_000:]}")
            time.sleep(0.2)

    def stop(self) -> None:
        """Ask it to stop, as Ctrl-C does."""
        if self._guard and self._guard.poll() is None:
            self._guard.terminate()
            self._guard.wait(STOP_SECONDS)

    def read_log(self) -> str:
        """Return what the terminal shows."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def client(self, host: str) -> httpx.Client:
        """Return a visitor of one of the hosts."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"Host": f"{host}:{self.port}"},
            timeout=45.0,
        )

    @property
    def database_url(self) -> str:
        """The address of the database, as its processes know it."""
        return join_foundation(read_config(self._environ), self._environ)["DATABASE_URL"]

    # --- Processes ----------------------------------------------------------------------------

    def find(self, name: str) -> int | None:
        """Return the number of a process below the supervisor, None while it is away."""
        assert self._guard is not None
        below = list_descendants(self._guard.pid)
        supervisor = next((pid for pid in below if _parent_of(pid) == self._guard.pid), None)
        for pid in below:
            if _parent_of(pid) == supervisor and MARKS[name] in _command(pid):
                return pid
        return None

    def kill(self, name: str) -> int:
        """End a process without a word; return the number it had."""
        pid = self._require(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def silence(self, name: str) -> list[int]:
        """Stop a process and its children in their tracks, connections open."""
        first = self._require(name)
        stopped = [first, *list_descendants(first)]
        for pid in stopped:
            _send(pid, signal.SIGSTOP)
        return stopped

    def wake(self, pids: list[int]) -> None:
        """Let silenced processes go on."""
        for pid in pids:
            _send(pid, signal.SIGCONT)

    def list_left(self) -> list[str]:
        """Return the command lines of processes that belong to this run."""
        mark = str(self.directory).encode()
        left = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                known = (place / "environ").read_bytes() + (place / "cmdline").read_bytes()
            except OSError:
                continue  # it ended, or is somebody else's
            if mark in known and int(place.name) != os.getpid():
                left.append(_command(int(place.name)))
        return left

    def _require(self, name: str) -> int:
        pid = self.find(name)
        if pid is None:
            raise LookupError(f"{name} does not run")
        return pid


def _parent_of(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return words.replace(b"\0", b" ").decode(errors="replace")


def _send(pid: int, number: int) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return
