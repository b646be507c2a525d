"""A site's own values, kept as one file in its volume that the site may read and not write."""

from __future__ import annotations

import json
import secrets
import string
from typing import Any, Final

from docker.models.containers import Container

from hosting.drivers.base import FilesRefused, SiteSpec
from hosting.drivers.docker.containers import SITE_UID
from hosting.drivers.docker.daemon import File, get_files, put_files
from hosting.drivers.embedded.files import SALT_NAMES

FOLDER: Final = "/srv/site/config"
CONFIG: Final = "site.json"
INSTALLED: Final = "installed.json"
"""Says since when the site is installed; only the platform can write or remove it."""

_SALT_ALPHABET: Final = string.ascii_letters + string.digits + "!#%()*+,-./:;<=>?@[]^_{|}~"


def read_config_files(container: Container) -> dict[str, bytes]:
    """Return the files of the site's configuration by name."""
    return dict(get_files(container, FOLDER))


def make_values(kept: bytes | None, spec: SiteSpec) -> dict[str, Any]:
    """Return the site's values: secrets that exist are kept, addresses are today's."""
    before: dict[str, Any] = json.loads(kept) if kept else {}
    return {
        "database": spec.site_id,
        "password": before.get("password") or secrets.token_hex(32),
        "prefix": before.get("prefix") or f"{secrets.choice('abcdefgh')}{secrets.token_hex(3)}_",
        "salts": before.get("salts") or {name: _make_salt() for name in SALT_NAMES},
        "hosts": list(spec.hosts),
        "scheme": spec.url_scheme,
        "port": spec.url_port,
    }


def _make_salt() -> str:
    return "".join(secrets.choice(_SALT_ALPHABET) for _ in range(64))


def write_file(container: Container, name: str, value: dict[str, Any]) -> None:
    """Write one file of the configuration; a running site sees the old one or the new one.

    Raises:
        FilesRefused: the running container does not let it be renamed.
    """
    running = container.status == "running"
    written = f"{name}.new" if running else name
    content = json.dumps(value, indent=1).encode()
    put_files(container, FOLDER, [File(name=written, content=content, gid=SITE_UID)])
    if running:
        command = ["mv", "-f", f"{FOLDER}/{written}", f"{FOLDER}/{name}"]
        if container.exec_run(command, user="0").exit_code != 0:
            raise FilesRefused(detail=f"{name} could not be renamed")
