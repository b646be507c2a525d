"""One process that is kept running: started, watched, restarted with back-off, stopped."""

import asyncio
import collections
import contextlib
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from logging.handlers import RotatingFileHandler
from pathlib import Path

from spotex.runtime.config import REPOSITORY
from spotex.runtime.console import Console
from spotex.runtime.deathsig import die_with_parent
from spotex.runtime.errors import StartError

SUPERVISED = "SPOTEX_SUPERVISED"
"""Tells a process that its lines get the time here, so that it need not write one."""
_LOG_BYTES = 5_000_000
_LOG_FILES = 3
_REMEMBERED_LINES = 12
_CHUNK_BYTES = 65_536
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 15.0
_STEADY_SECONDS = 30.0
_PROBE_PAUSE_SECONDS = 0.05
_MANY_ENDS = 5
"""After so many ends in a row somebody has to look."""


async def ready_at_once() -> bool:
    """Serve as the readiness check of a process that nobody has to wait for."""
    return True


@dataclass(frozen=True, kw_only=True)
class Service:
    """What to run and how to know that it is ready."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    directory: Path = REPOSITORY
    colour: str = "cyan"
    quiet: bool = False  # its lines go to the log file only
    sockets: tuple[Path, ...] = ()  # removed before each start: a killed process leaves them
    is_ready: Callable[[], Awaitable[bool]] = ready_at_once
    start_seconds: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 5.0


class KeptProcess:
    """A service that runs until it is told to stop."""

    def __init__(self, service: Service, *, console: Console, log_dir: Path) -> None:
        self.service = service
        self._console = console
        log_dir.mkdir(parents=True, exist_ok=True)
        self._log = RotatingFileHandler(
            log_dir / f"{service.name}.log", maxBytes=_LOG_BYTES, backupCount=_LOG_FILES
        )
        self._last_lines: collections.deque[str] = collections.deque(maxlen=_REMEMBERED_LINES)
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._stopping = False

    async def start(self) -> None:
        """Start it and return when it is ready.

        Raises:
            StartError: it ended, or was not ready in time; the message ends with its last lines.
        """
        self._process = await self._spawn()
        self._keeper = asyncio.create_task(self._keep(self._process))
        deadline = time.monotonic() + self.service.start_seconds
        while not await self.service.is_ready():
            if self._process.returncode is not None:
                raise self._start_error(f"ended with code {self._process.returncode}")
            if time.monotonic() > deadline:
                raise self._start_error("did not become ready")
            await asyncio.sleep(_PROBE_PAUSE_SECONDS)

    async def stop(self) -> None:
        """Ask it to stop; kill it, with its whole process group, when it takes too long."""
        self._stopping = True
        if self._process and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(self.service.stop_signal)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.service.stop_seconds):
                    await _end_of(self._process, pause=0.02)
        if self._process:
            _kill_group(self._process.pid)
        if self._keeper:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        self._log.close()

    async def _keep(self, process: asyncio.subprocess.Process) -> None:
        ends = 0
        while True:
            started = time.monotonic()
            await self._copy_output(process)
            code = await _end_of(process)
            _kill_group(process.pid)
            if self._stopping:
                return
            ends = 1 if time.monotonic() - started > _STEADY_SECONDS else ends + 1
            process = self._process = await self._start_again(f"ended with code {code}", ends=ends)

    async def _start_again(self, why: str, *, ends: int) -> asyncio.subprocess.Process:
        """Start it after a pause that grows with each end in a row; never give up for good."""
        while True:
            pause = min(_FIRST_PAUSE_SECONDS * 2 ** min(ends - 1, 10), _LONGEST_PAUSE_SECONDS)
            self._say(f"{why}; starting it again in {pause:g} s")
            if ends >= _MANY_ENDS:
                log = Path(self._log.baseFilename)
                self._console.warn(f"{self.service.name} ended {ends} times in a row: read {log}")
            await asyncio.sleep(pause)
            try:
                return await self._spawn()
            except StartError as error:  # no memory or no process number left: that may pass
                why, ends = str(error), ends + 1

    async def _spawn(self) -> asyncio.subprocess.Process:
        stop_signal, supervisor = self.service.stop_signal, os.getpid()
        try:
            for path in self.service.sockets:
                path.unlink(missing_ok=True)
            return await asyncio.create_subprocess_exec(
                *self.service.command,
                env={**self.service.environ, SUPERVISED: "1"},
                cwd=self.service.directory,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: die_with_parent(stop_signal, parent=supervisor),
            )
        except OSError as error:
            raise StartError(f"Cannot start {self.service.name}: {error}.") from error

    async def _copy_output(self, process: asyncio.subprocess.Process) -> None:
        """Copy whole lines to the terminal and the log file until the output ends."""
        stream, rest = process.stdout, b""
        if stream is None:
            return
        while chunk := await _read(stream, process):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._say(line.decode(errors="replace").rstrip(), shown=not self.service.quiet)
        if rest:
            self._say(rest.decode(errors="replace"), shown=not self.service.quiet)

    def _say(self, text: str, *, shown: bool = True) -> None:
        self._last_lines.append(text)
        clock = "" if text.startswith("{") else time.strftime("%Y-%m-%d %H:%M:%S ")
        record = {"msg": clock + text, "levelno": logging.INFO}
        self._log.emit(logging.makeLogRecord(record))
        if shown:
            self._console.process_line(self.service.name, self.service.colour, text)

    def _start_error(self, what: str) -> StartError:
        lines = "".join(f"\n  {line}" for line in self._last_lines)
        return StartError(f"{self.service.name} {what}.{lines}")


async def _read(stream: asyncio.StreamReader, process: asyncio.subprocess.Process) -> bytes:
    """Read what is there; end with the process even where a grandchild keeps the pipe open."""
    reading = asyncio.ensure_future(stream.read(_CHUNK_BYTES))
    ending = asyncio.ensure_future(_end_of(process))
    try:
        await asyncio.wait({reading, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            await asyncio.wait({reading}, timeout=0.2)
        return reading.result() if reading.done() else b""
    finally:
        reading.cancel()
        ending.cancel()


async def _end_of(process: asyncio.subprocess.Process, *, pause: float = 0.2) -> int:
    """Return the exit code. The library's own ``wait`` waits for inherited pipes as well."""
    while process.returncode is None:  # noqa: ASYNC110 - the event is in another process
        await asyncio.sleep(pause)
    return process.returncode


def _kill_group(leader: int) -> None:
    """End what is left of the process group of a service."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
