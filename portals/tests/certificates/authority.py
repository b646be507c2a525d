"""A pebble of our own: a real ACME server whose root only these tests trust."""

from __future__ import annotations

import json
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portals.tests.certificates.name_server import (
    NameServer,
    find_program,
    running,
    wait_until,
)
from portals.tests.journeys.product import _find_free_port


@dataclass(frozen=True, kw_only=True)
class Authority:
    """A running certificate authority."""

    directory: str
    api_root: Path
    """Root of the certificate of the ACME server itself."""

    root: Path
    """Root of the certificates that it issues."""

    log: Path

    def read_log(self) -> str:
        """Return everything that it said."""
        return self.log.read_text(errors="replace")


@contextmanager
def running_authority(
    directory: Path, *, names: NameServer, http_port: int, tls_port: int
) -> Iterator[Authority]:
    """Start pebble; it validates names through a name server and these ports."""
    program = find_program("pebble")
    _make_api_certificate(directory)
    port, management = _find_free_port(), _find_free_port()
    settings = {
        "listenAddress": f"127.0.0.1:{port}",
        "managementListenAddress": f"127.0.0.1:{management}",
        "certificate": str(directory / "api.pem"),
        "privateKey": str(directory / "api.key"),
        "httpPort": http_port,
        "tlsPort": tls_port,
        "ocspResponderURL": "",
        "externalAccountBindingRequired": False,
        "certificateValidityPeriod": 7_776_000,
    }
    (directory / "pebble.json").write_text(json.dumps({"pebble": settings}))
    log = directory / "pebble.log"
    command = [program, "-config", str(directory / "pebble.json")]
    command += ["-dnsserver", f"127.0.0.1:{names.port}"]
    environ = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0", "PEBBLE_AUTHZREUSE": "0"}
    context = ssl.create_default_context(cafile=str(directory / "ca.pem"))

    def fetch_root() -> bool:
        address = f"https://127.0.0.1:{management}/roots/0"
        try:
            with urllib.request.urlopen(address, timeout=5, context=context) as answer:
                (directory / "root.pem").write_bytes(answer.read())
        except OSError:
            return False
        return True

    with running(command, log=log, **environ):
        wait_until(fetch_root, log=log)
        yield Authority(
            directory=f"https://127.0.0.1:{port}/dir",
            api_root=directory / "ca.pem",
            root=directory / "root.pem",
            log=log,
        )


def _make_api_certificate(directory: Path) -> None:
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    root = ["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=API", "-days", "2"]
    extension = ["-addext", "basicConstraints=critical,CA:TRUE"]
    _openssl(directory, "req", "-x509", *key, *root, *extension)
    names = "subjectAltName=IP:127.0.0.1,DNS:localhost"
    (directory / "names.cnf").write_text(f"{names}\nbasicConstraints=CA:FALSE\n")
    _openssl(
        directory, "req", *key, "-keyout", "api.key", "-out", "api.csr", "-subj", "/CN=127.0.0.1"
    )
    sign = ["-in", "api.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]
    _openssl(
        directory, "x509", "-req", *sign, "-out", "api.pem", "-days", "2", "-extfile", "names.cnf"
    )


def _openssl(directory: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=directory, check=True, capture_output=True)
