"""Asking a site in a container for pages: through the proxy, or straight at its socket."""

from __future__ import annotations

import http.client
import socket
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from hosting.drivers.base import NotAnswering, Probe, SiteSpec
from hosting.drivers.docker.config import DockerConfig
from hosting.drivers.embedded.fastcgi import Answer
from hosting.drivers.embedded.front_page import find_fault

_PAUSE_SECONDS: Final = 0.05
_ONE_TRY_SECONDS: Final = 20.0


class SocketConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: Path) -> None:
        super().__init__("site", timeout=_ONE_TRY_SECONDS)
        self._path = path

    def connect(self) -> None:
        """Connect to the socket instead of to a host."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def ask(link: http.client.HTTPConnection, spec: SiteSpec, path: str) -> Answer:
    """Return the answer to a GET for the site's main host.

    Raises:
        OSError: nobody answers.
        http.client.HTTPException: the answer is no HTTP.
    """
    try:
        link.request("GET", path, headers={"Host": spec.url.partition("://")[2]})
        got = link.getresponse()
        headers = {name.lower(): value for name, value in got.getheaders()}
        return Answer(got.status, headers, got.read())
    finally:
        link.close()


def is_answering(path: Path, spec: SiteSpec) -> bool:
    """Tell whether the site's health check at this socket says that all is well."""
    with suppress(OSError, http.client.HTTPException):
        return ask(SocketConnection(path), spec, "/").status == 200
    return False


def is_listening(path: Path) -> bool:
    """Tell whether anybody accepts connections at a socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link, suppress(OSError):
        link.settimeout(1)
        link.connect(str(path))
        return True
    return False


def probe_site(config: DockerConfig, path: Path, spec: SiteSpec) -> Probe:
    """Ask until the front page is the site's own.

    Raises:
        NotAnswering: it was not within the configured time; says what was last seen.
    """
    started = time.monotonic()
    while True:
        detail, via = _try_once(config, path, spec)
        elapsed = time.monotonic() - started
        if not detail:
            return Probe(status=200, seconds=round(elapsed, 3), via=via)
        if elapsed > config.probe_seconds:
            raise NotAnswering(detail=detail)
        time.sleep(_PAUSE_SECONDS)


def _try_once(config: DockerConfig, path: Path, spec: SiteSpec) -> tuple[str, str]:
    """Return what is wrong with the front page (empty: nothing), and who gave it."""
    try:
        answer, via = _fetch(config, path, spec)
    except (OSError, http.client.HTTPException) as error:
        return f"no answer ({type(error).__name__})", ""
    return find_fault(answer, spec.title), via


def _fetch(config: DockerConfig, path: Path, spec: SiteSpec) -> tuple[Answer, str]:
    if config.probe_port:
        proxy = http.client.HTTPConnection(
            config.probe_host, config.probe_port, timeout=_ONE_TRY_SECONDS
        )
        with suppress(ConnectionRefusedError):
            return ask(proxy, spec, "/"), "proxy"
    return ask(SocketConnection(path), spec, "/"), "socket"
