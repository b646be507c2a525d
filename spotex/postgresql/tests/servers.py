"""A PostgreSQL of an older version beside the one of all tests, where the wheel brings one."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg

from spotex.runtime.postgres import _WHEEL
from spotex.runtime.unprivileged import as_ordinary_user, hand_over


def find_free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def find_older_binaries() -> Path | None:
    """Return the directory of the oldest PostgreSQL in the wheel, if it is below 18."""
    found = importlib.util.find_spec(_WHEEL)
    trees = sorted(Path(found.origin).parent.glob("pginstall*/bin")) if found else []
    return trees[0] if trees and not trees[0].parent.name.endswith("18") else None


@contextmanager
def running_server(binaries: Path, directory: Path) -> Iterator[str]:
    """Make a cluster, run its server, yield its address."""
    data = directory / "data"
    data.mkdir(mode=0o700)
    hand_over(data)
    settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off"}
    settings |= {"port": str(find_free_port()), "log_min_messages": "panic"}
    subprocess.run(as_ordinary_user(_initdb(binaries, data)), check=True, capture_output=True)
    options = [part for pair in settings.items() for part in ("-c", "=".join(pair))]
    command = as_ordinary_user([str(binaries / "postgres"), "-D", str(data), *options])
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"postgres://spotex@127.0.0.1:{settings['port']}/postgres"
        wait_for_answer(url)
        yield url
    finally:
        process.terminate()
        process.wait()


def _initdb(binaries: Path, data: Path) -> list[str]:
    flags = ["-U", "spotex", "--encoding=UTF8", "--locale=C", "--auth=trust", "--no-sync"]
    return [str(binaries / "initdb"), "-D", str(data), *flags]


def wait_for_answer(url: str) -> None:
    """Return when a server answers."""
    end = time.monotonic() + 20
    while True:
        try:
            with closing(psycopg.connect(url, connect_timeout=2)):
                return
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
