"""The product with TLS, beside a real name server and a real certificate authority."""

from __future__ import annotations

import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, expect, sync_playwright

from portals.tests.certificates.authority import Authority, running_authority
from portals.tests.certificates.name_server import NameServer, running_name_server, wait_until
from portals.tests.journeys.conftest import CHROMIUM, require_chromium
from portals.tests.journeys.product import KEPT_VARIABLES, _find_free_port

BASE = "platform-check.net"
TARGET = "connect.neutral-check.net"
ZONES = ("com", "net", BASE, "neutral-check.net", "dolomiti-check.com", "elsewhere-check.com")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name what these tests need."""
    for item in items:
        if "certificates" in item.path.parts:
            for mark in ("acme", "dns", "browser", "services"):
                item.add_marker(getattr(pytest.mark, mark))


@dataclass(frozen=True, kw_only=True)
class Platform:
    """Everything together."""

    port: int
    plain_port: int
    names: NameServer
    authority: Authority

    def url(self, host: str, path: str = "/") -> str:
        """Return an address with TLS."""
        return f"https://{host}:{self.port}{path}"

    def shake_hands(self, name: str) -> dict:
        """Return the verified certificate that a visitor gets who asks for a name."""
        with self._connect(name) as secure:
            return secure.getpeercert() or {}

    def send(self, name: str, request: str) -> str:
        """Return the answer to a request that is sent as it is, over TLS for a name."""
        with self._connect(name) as secure:
            secure.sendall(request.replace("\n", "\r\n").encode())
            return b"".join(iter(lambda: secure.recv(65_536), b"")).decode("utf-8", "replace")

    def _connect(self, name: str) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=str(self.authority.root))
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        return context.wrap_socket(plain, server_hostname=name)


@pytest.fixture(scope="package")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Name server, authority and product, started once."""
    directory = tmp_path_factory.mktemp("tls")
    plain_port, port = _find_free_port(), _find_free_port()
    for name in ("dns", "acme"):
        (directory / name).mkdir()
    with running_name_server(directory / "dns") as names:
        for zone in ZONES:
            names.make_zone(zone)
        for name in (BASE, f"*.{BASE}", f"*.agency.{BASE}", f"*.customers.{BASE}"):
            names.put(BASE, name, "A", "127.0.0.1")
        names.put("neutral-check.net", TARGET, "A", "127.0.0.1")
        with running_authority(
            directory / "acme", names=names, http_port=plain_port, tls_port=port
        ) as authority:
            environ = {
                "SPOTEX_PORT": str(plain_port),
                "SPOTEX_TLS": "on",
                "SPOTEX_TLS_PORT": str(port),
                "SPOTEX_TLS_ROOTS": str(authority.root),
                "SPOTEX_ACME_DIRECTORY": authority.directory,
                "SPOTEX_ACME_ROOT": str(authority.api_root),
                "SPOTEX_BASE_DOMAIN": BASE,
                "SPOTEX_DOMAIN_TARGET": TARGET,
                "SPOTEX_DNS_RESOLVERS": f"127.0.0.1:{names.port}",
                "SPOTEX_CA_DOMAINS": "pebble.test",
                "SPOTEX_DATA_DIR": str(directory / "data"),
            }
            with _Product(directory / "run.log", environ):
                yield Platform(port=port, plain_port=plain_port, names=names, authority=authority)


class _Product:
    """The product, started as an operator starts it."""

    def __init__(self, log: Path, environ: dict[str, str]) -> None:
        self._log, self._environ = log, environ

    def __enter__(self) -> None:
        kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "spotex.runtime", "run"],
            cwd=settings.BASE_DIR,
            env={**kept, **self._environ},
            stdout=self._log.open("wb"),
            stderr=subprocess.STDOUT,
        )

        def is_ready() -> bool:
            assert self._process.poll() is None, self._log.read_text(errors="replace")
            return "is ready" in self._log.read_text(errors="replace")

        try:
            wait_until(is_ready, log=self._log, seconds=300)
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=60)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A browser for which every name leads to this machine."""
    require_chromium()
    expect.set_options(timeout=30_000)
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*arguments, "--host-resolver-rules=MAP * 127.0.0.1"],
        )
        yield browser
        browser.close()
