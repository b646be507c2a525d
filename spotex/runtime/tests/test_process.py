"""A kept process comes back, whatever its predecessor left and however often it ends."""

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest

from spotex.runtime import process as module
from spotex.runtime.console import Console
from spotex.runtime.process import KeptProcess, Service

LISTENER = """
import socket, sys, time
server = socket.socket(socket.AF_UNIX)
server.bind(sys.argv[1])  # fails where the name is taken
server.listen()
time.sleep(300)
"""


@pytest.fixture
def log_dir(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("l")


async def _wait_until(condition, *, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.02)


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def test_killed_process_comes_back_on_the_socket_that_it_left(log_dir):
    path = log_dir / "web.sock"
    path.touch()

    async def story() -> None:
        async def is_ready() -> bool:
            return _answers(path)

        service = Service(
            name="web",
            command=(sys.executable, "-c", LISTENER, str(path)),
            environ=os.environ,
            sockets=(path,),
            is_ready=is_ready,
        )
        kept = KeptProcess(service, console=Console(), log_dir=log_dir)
        await kept.start()
        first = kept._process.pid
        os.kill(first, signal.SIGKILL)
        await _wait_until(lambda: kept._process.pid != first and _answers(path))
        await kept.stop()

    asyncio.run(story())


def test_process_that_cannot_stay_is_started_again_and_named(log_dir, monkeypatch, capsys):
    monkeypatch.setattr(module, "_FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(module, "_LONGEST_PAUSE_SECONDS", 0.02)
    path = log_dir / "starts"
    script = f"open({str(path)!r}, 'a').write('.')"

    async def story() -> None:
        service = Service(
            name="web", command=(sys.executable, "-c", script), environ=os.environ, quiet=True
        )
        kept = KeptProcess(service, console=Console(), log_dir=log_dir)
        await kept.start()
        await _wait_until(lambda: path.exists() and len(path.read_text()) >= module._MANY_ENDS + 1)
        await kept.stop()

    asyncio.run(story())

    said = capsys.readouterr().out
    assert f"web ended {module._MANY_ENDS} times in a row: read {log_dir / 'web.log'}" in said
    assert f"web ended {module._MANY_ENDS - 1} times" not in said


def test_process_that_cannot_be_started_for_a_moment_comes_back(log_dir, monkeypatch):
    monkeypatch.setattr(module, "_FIRST_PAUSE_SECONDS", 0.05)
    program = log_dir / "program"
    program.write_text("#!/bin/sh\nexec sleep 300\n")
    program.chmod(0o755)
    away = log_dir / "away"

    async def story() -> None:
        service = Service(name="web", command=(str(program),), environ=os.environ)
        kept = KeptProcess(service, console=Console(), log_dir=log_dir)
        await kept.start()
        first = kept._process.pid
        program.rename(away)
        os.kill(first, signal.SIGKILL)
        await _wait_until(lambda: "Cannot start web" in (log_dir / "web.log").read_text())
        away.rename(program)
        await _wait_until(lambda: kept._process.pid != first)
        await kept.stop()

    asyncio.run(story())
