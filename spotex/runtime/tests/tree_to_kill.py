"""A supervisor with one kept child, whose own children leave its session and ignore SIGTERM.

Run by the tests of the guard; every process leaves a file with its number in the given directory.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from spotex.runtime.config import REPOSITORY
from spotex.runtime.console import Console
from spotex.runtime.guard import become_subreaper, end_descendants, run_guarded
from spotex.runtime.process import Service
from spotex.runtime.supervisor import Supervisor


def command_of(role: str, directory: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "spotex.runtime.tests.tree_to_kill", role, str(directory))


def be_stubborn(directory: Path) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.setsid()
    report(directory)
    time.sleep(300)


def be_child(directory: Path) -> None:
    for _ in range(2):
        subprocess.Popen(command_of("stubborn", directory), cwd=REPOSITORY)
    report(directory)
    time.sleep(300)


def be_supervisor(directory: Path) -> int:
    return asyncio.run(supervise(directory))


async def supervise(directory: Path) -> int:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    supervisor = Supervisor(console=Console(), log_dir=directory.parent / "logs")
    command = command_of("child", directory)
    await supervisor.start(Service(name="child", command=command, environ=os.environ))
    (directory.parent / "supervisor").write_text(str(os.getpid()))
    report(directory)
    await stop.wait()
    become_subreaper()
    await supervisor.stop()
    end_descendants(gentle_seconds=0.0)
    return 0


def report(directory: Path) -> None:
    (directory / str(os.getpid())).touch()


if __name__ == "__main__":
    role, place = sys.argv[1], Path(sys.argv[2])
    if role == "supervisor":
        sys.exit(run_guarded(lambda: be_supervisor(place), own_session=True))
    {"child": be_child, "stubborn": be_stubborn}[role](place)
