"""A PowerDNS of our own on this machine, filled through its API."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from portals.tests.journeys.product import _find_free_port

SCHEMAS = (
    Path("/usr/share/pdns-backend-sqlite3/schema/schema.sqlite3.sql"),
    Path("/usr/share/doc/pdns-backend-sqlite3/schema.sqlite3.sql"),
)
KEY = "only-on-this-machine"
PATIENCE_SECONDS = 30


def find_program(name: str) -> str:
    """Return a program's path; skip where it is missing, fail on the build machine."""
    path = shutil.which(name)
    if not path and "SPOTEX_CI" not in os.environ:
        pytest.skip(f"{name} is not installed")
    assert path, f"{name} is not installed"
    return path


@contextmanager
def running(command: list[str], *, log: Path, **environ: str) -> Iterator[None]:
    """Run a server as long as the block lasts."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env={**os.environ, **environ}
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


@dataclass(frozen=True, kw_only=True)
class NameServer:
    """A running name server."""

    port: int
    api_port: int

    def make_zone(self, zone: str) -> None:
        """Make a zone without records."""
        self._call("POST", "", {"name": f"{zone}.", "kind": "Native", "nameservers": []})

    def put(self, zone: str, name: str, kind: str, *values: str) -> None:
        """Set the records of a name; none removes them."""
        records = [{"content": value, "disabled": False} for value in values]
        rrset = {
            "name": f"{name}.",
            "type": kind,
            "ttl": 5,
            "changetype": "REPLACE" if values else "DELETE",
            "records": records,
        }
        self._call("PATCH", f"/{zone}.", {"rrsets": [rrset]})

    def is_ready(self) -> bool:
        """Tell whether the API answers."""
        try:
            self._call("GET", "", None)
        except OSError:
            return False
        return True

    def _call(self, method: str, path: str, body: object) -> None:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.api_port}/api/v1/servers/localhost/zones{path}",
            method=method,
            headers={"X-API-Key": KEY, "Content-Type": "application/json"},
            data=None if body is None else json.dumps(body).encode(),
        )
        urllib.request.urlopen(request, timeout=10).close()


@contextmanager
def running_name_server(directory: Path) -> Iterator[NameServer]:
    """Start PowerDNS with an empty database."""
    program = find_program("pdns_server")
    server = NameServer(port=_find_free_port(), api_port=_find_free_port())
    schema = next(path for path in SCHEMAS if path.exists())
    database = sqlite3.connect(directory / "zones.sqlite3")
    database.executescript(schema.read_text())
    database.close()
    options = {
        "launch": "gsqlite3",
        "gsqlite3-database": str(directory / "zones.sqlite3"),
        "gsqlite3-pragma-synchronous": "0",
        "local-address": "127.0.0.1",
        "local-port": str(server.port),
        "api": "yes",
        "api-key": KEY,
        "webserver": "yes",
        "webserver-address": "127.0.0.1",
        "webserver-port": str(server.api_port),
        "socket-dir": str(directory),
        "daemon": "no",
        "guardian": "no",
        "disable-syslog": "yes",
        "cache-ttl": "0",
        "query-cache-ttl": "0",
        "negquery-cache-ttl": "0",
        "zone-cache-refresh-interval": "0",
    }
    (directory / "pdns.conf").write_text("".join(f"{k}={v}\n" for k, v in options.items()))
    command = [program, f"--config-dir={directory}"]
    with running(command, log=directory / "pdns.log"):
        wait_until(server.is_ready, log=directory / "pdns.log")
        yield server


def wait_until(condition, *, log: Path, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until something is so; show a log when it never is."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(log.read_text(errors="replace")[-4_000:])
        time.sleep(0.1)
