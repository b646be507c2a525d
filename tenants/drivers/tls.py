"""A handshake with our own proxy: it makes the proxy obtain a certificate, and shows which."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

HANDSHAKE_SECONDS: Final = 45.0
"""An authority takes seconds for its first certificate of a name."""

_TAIL_BYTES: Final = 256 * 1024
_REASON_LENGTH: Final = 500


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """What a visitor of a domain is shown."""

    issuer: str
    starts_at: datetime
    ends_at: datetime


class HandshakeFailed(Exception):
    """No usable certificate; the argument says why, in English, for the technical detail."""


class Tls(Protocol):
    """Somebody who shakes hands."""

    def fetch_certificate(self, host: str) -> Certificate:
        """Return the certificate that visitors of a host get.

        Raises:
            HandshakeFailed: there is none that browsers would accept.
        """


class WireTls:
    """Connects to the proxy, names the host, and verifies as a browser does."""

    def __init__(self, *, server: str, roots: str, log: Path) -> None:
        host, _, port = server.rpartition(":")
        self._server = (host.strip("[]"), int(port))
        self._roots = roots
        self._log = log

    def fetch_certificate(self, host: str) -> Certificate:
        """Return the certificate that visitors of a host get."""
        context = ssl.create_default_context()
        try:
            if self._roots:
                context.load_verify_locations(cafile=self._roots)
            with (
                socket.create_connection(self._server, timeout=HANDSHAKE_SECONDS) as plain,
                context.wrap_socket(plain, server_hostname=host) as secure,
            ):
                return _read_certificate(secure.getpeercert() or {})
        except OSError as error:
            raise HandshakeFailed(read_reason(self._log, host) or str(error)) from error


def _read_certificate(shown: Any) -> Certificate:
    issuer = {name: value for part in shown["issuer"] for name, value in part}
    return Certificate(
        issuer=issuer.get("organizationName") or issuer.get("commonName") or "–",
        starts_at=_moment(shown["notBefore"]),
        ends_at=_moment(shown["notAfter"]),
    )


def _moment(text: str) -> datetime:
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), tz=UTC)


def read_reason(log: Path, host: str) -> str:
    """Return why the proxy last got no certificate for a host, ``""`` when it does not say."""
    for line in _last_lines(log):
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and said.get("error") and _names(said, host):
            return str(said["error"])[:_REASON_LENGTH]
    return ""


def _last_lines(log: Path) -> Iterator[str]:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            yield from reversed(file.read().decode("utf-8", "replace").splitlines())
    except OSError:  # no log here: the proxy is on another machine, or never complained
        return


def _names(said: dict[str, Any], host: str) -> bool:
    return host in {said.get("identifier"), said.get("server_name"), said.get("domain")}
