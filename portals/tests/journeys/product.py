"""The real product, started as an operator starts it, on a port and data of its own."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

START_SECONDS = 300
KEPT_VARIABLES = ("PATH", "HOME", "LANG", "TMPDIR", "SPOTEX_PHP", "SPOTEX_CACHE_DIR")
DEMO_PASSWORD = "benvenuti-demo"


@dataclass(frozen=True, kw_only=True)
class Product:
    """A running product."""

    port: int

    def url(self, host: str, path: str = "/") -> str:
        """Return the address of a path on a host such as ``www`` or ``lumen.agency``."""
        return f"http://{host}.localhost:{self.port}{path}"

    def read_link(self, recipient: str) -> str:
        """Return the first link of the newest mail to a person, from the local mailbox."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        host = {"Host": f"www.localhost:{self.port}"}
        connection.request("GET", f"/_mail/messages.json?to={recipient}", headers=host)
        mails = json.loads(connection.getresponse().read())["messages"]
        return str(mails[0]["links"][0])


@contextmanager
def running_product(data_dir: Path) -> Iterator[Product]:
    """Start everything, yield when it answers, stop it.

    ``SPOTEX_JOURNEY_PORT`` names a product that runs already; it is used and left alone.
    """
    running = os.environ.get("SPOTEX_JOURNEY_PORT")
    if running:
        yield Product(port=int(running))
        return
    port = _find_free_port()
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    with (data_dir / "run.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "spotex.runtime", "run"],
            cwd=settings.BASE_DIR,
            env={**kept, "SPOTEX_PORT": str(port), "SPOTEX_DATA_DIR": str(data_dir / "data")},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(process, port=port, log=data_dir / "run.log")
            yield Product(port=port)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait_until_ready(process: subprocess.Popen[bytes], *, port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if "is ready" in log.read_text(errors="replace") and _answers(port):
            return
        time.sleep(0.2)
    raise AssertionError(log.read_text(errors="replace"))


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/health/ready", timeout=5) as answer:
            return bool(answer.status == http.client.OK)
    except OSError:
        return False
