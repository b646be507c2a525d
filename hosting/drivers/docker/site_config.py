"""What the platform knows of a site: one file in its volume that the site may read, not write.

It says which database and which content are the site's today, so that exchanging both is one
file replaced by another, and holds the copies that were prepared or taken out.
"""

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

Values = dict[str, Any]
PLACE: Final = ("database", "content", "prefix", "installed")
"""What changes when a copy is put in place."""

_FOLDER: Final = "/srv/site/config"
_NAME: Final = "site.json"
_FIRST: Final = "first"
_SALT_ALPHABET: Final = string.ascii_letters + string.digits + "!#%()*+,-./:;<=>?@[]^_{|}~"


def read_values(container: Container) -> Values:
    """Return the site's values, nothing for a site without configuration."""
    found = get_files(container, _FOLDER).get(_NAME)
    values: Values = json.loads(found) if found else {}
    return values


def make_values(kept: Values, spec: SiteSpec) -> Values:
    """Return the site's values: what exists is kept, addresses are today's.

    A spare gets new salts: whoever knew the former ones, or a session made with them, is out.
    """
    prefix = f"{secrets.choice('abcdefgh')}{secrets.token_hex(3)}_"
    return {
        "user": spec.site_id,
        "password": kept.get("password") or secrets.token_hex(32),
        "database": kept.get("database") or spec.site_id,
        "content": kept.get("content") or _FIRST,
        "prefix": kept.get("prefix") or prefix,
        "installed": kept.get("installed") or 0,
        "salts": (not kept.get("spare") and kept.get("salts")) or _make_salts(),
        "hosts": list(spec.hosts),
        "scheme": spec.url_scheme,
        "port": spec.url_port,
        "staging": spec.is_staging,
        "spare": kept.get("spare"),
        "copies": kept.get("copies") or {},
    }


def _make_salts() -> dict[str, str]:
    return {name: "".join(secrets.choice(_SALT_ALPHABET) for _ in range(64)) for name in SALT_NAMES}


def write_values(container: Container, values: Values) -> None:
    """Replace the site's values; a running site sees the old ones or the new ones.

    Raises:
        FilesRefused: the running container does not let them be renamed.
    """
    running = container.status == "running"
    written = f"{_NAME}.new" if running else _NAME
    content = json.dumps(values, indent=1).encode()
    put_files(container, _FOLDER, [File(name=written, content=content, gid=SITE_UID)])
    if running:
        command = ["mv", "-f", f"{_FOLDER}/{written}", f"{_FOLDER}/{_NAME}"]
        if container.exec_run(command, user="0").exit_code != 0:
            raise FilesRefused(detail=f"{_NAME} could not be renamed")
