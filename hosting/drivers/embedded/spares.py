"""Spares: sites that are installed before anybody wants them, and settle down with their owner."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from typing import Any

from hosting.drivers.base import InstallFailed, SiteSpec
from hosting.drivers.embedded.copies import make_rule
from hosting.drivers.embedded.front_page import ask_site
from hosting.drivers.embedded.notes import write_atomically
from hosting.drivers.embedded.paths import SitePaths
from hosting.drivers.embedded.runs import SitePhp


def mark_spare(site: SitePaths, spec: SiteSpec) -> None:
    """Write down that nobody has the site yet, and under which address it was installed."""
    note = {"hosts": list(spec.hosts), "port": spec.url_port or 0, "at": int(time.time())}
    write_atomically(site.spare, json.dumps(note))


def is_spare(site: SitePaths) -> bool:
    """Tell whether nobody has the site yet."""
    return site.spare.exists()


def warm_up(site: SitePaths, spec: SiteSpec) -> None:
    """Ask for the front page once, so that its programs are in memory."""
    with suppress(OSError):
        ask_site(site, spec, path="/", script="index.php")


def settle_spare(php: SitePhp, spec: SiteSpec, *, prefix: str) -> None:
    """Give a spare's content the title, addresses and administrator of its owner.

    One transaction of the database; repeating it changes nothing more.

    Raises:
        InstallFailed: the database cannot be changed.
        EngineTimeout: the program did not end.
    """
    note: dict[str, Any] = json.loads(php.site.spare.read_text(encoding="utf-8"))
    rule = make_rule(spec, spec, folders={}) | {"hosts": note["hosts"], "port": note["port"]}
    rule["to"]["host"] = spec.host
    wanted = {
        "task": "settle",
        "database": str(php.site.database),
        "rule": rule,
        "prefix": prefix,
        "title": spec.title,
        "email": spec.admin_email,
    }
    php.run("database.php", wanted, failure=InstallFailed)
    php.site.spare.unlink(missing_ok=True)
