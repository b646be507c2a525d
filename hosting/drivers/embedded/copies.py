"""Content from one site into another: prepared aside, put in place by renaming, and taken back.

::

    <site>/copies/<copy>/ready.json      the copy is whole; written last
    <site>/copies/<copy>/content, data   what will be put in place
    <site>/copies/<copy>/former-*        what was there before

Folders change places by renaming inside the site's folder, which no site can write. Whether a
folder was moved is read from what is there, so every verb may be cut off anywhere.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from hosting.drivers.base import Changes, CopyFailed, DiskFull, Log, SiteSpec, Usage
from hosting.drivers.embedded.config import MEGABYTE
from hosting.drivers.embedded.core import measure_free_bytes
from hosting.drivers.embedded.notes import write_atomically
from hosting.drivers.embedded.paths import SitePaths
from hosting.drivers.embedded.runs import SitePhp
from hosting.drivers.embedded.trees import copy_file, copy_tree, measure_tree
from hosting.drivers.embedded.wishes import is_listening

_COPY: Final = re.compile(r"^[a-z0-9_]{1,80}\Z")
_TEXT_TIME: Final = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class CopyFolder:
    """One copy in its target's folder."""

    site: SitePaths
    root: Path

    @property
    def ready(self) -> Path:
        """Says that the copy is whole, and how much it holds."""
        return self.root / "ready.json"

    @property
    def content(self) -> Path:
        """The new ``wp-content``."""
        return self.root / "content"

    @property
    def data(self) -> Path:
        """The folder of the new database."""
        return self.root / "data"

    def list_moves(self) -> Iterator[tuple[Path, Path, Path]]:
        """Yield fresh, present and former place of each folder that is exchanged."""
        yield self.content, self.site.content, self.root / "former-content"
        yield self.data, self.site.data, self.root / "former-data"


def find_copy(site: SitePaths, copy: str) -> CopyFolder:
    """Return the folder of a copy, whether or not it is there."""
    if not _COPY.match(copy):
        message = f"not the name of a copy: {copy!r}"
        raise ValueError(message)
    return CopyFolder(site, site.copies / copy)


def make_copy(source: SitePhp, target: SitePhp, folder: CopyFolder, *, rule: Any) -> Usage:
    """Build a copy aside, from its beginning.

    Raises:
        CopyFailed: the source has no database, or values could not be rewritten.
        EngineTimeout: a program did not end.
    """
    if folder.root.exists():
        shutil.rmtree(folder.root)
    folder.site.copies.mkdir(mode=0o711, exist_ok=True)
    folder.root.mkdir(mode=0o711)
    for part in (folder.content, folder.data):
        part.mkdir(mode=0o755 if part is folder.content else 0o700)
        target.user.own(part)
    database = folder.data / source.site.database.name
    database_bytes = _copy_database(source, target, database)
    files_bytes = copy_tree(
        source.site.content,
        folder.content,
        reader=source.user,
        writer=target.user,
    )
    wanted = {"task": "settle", "database": str(database), "rule": rule}
    target.run("database.php", wanted, reads=(folder.data,))
    usage = Usage(files_bytes=files_bytes, database_bytes=database_bytes)
    write_atomically(folder.ready, json.dumps(vars(usage)))
    return usage


def _copy_database(source: SitePhp, target: SitePhp, database: Path) -> int:
    """Copy the database as it is at one moment, while the source runs."""
    aside = source.site.tmp / f"snapshot-{database.parent.parent.name}.sqlite"
    wanted = {
        "task": "snapshot",
        "database": str(source.site.database),
        "target": str(aside),
    }
    try:
        source.run("database.php", wanted)
        return copy_file(aside, database, reader=source.user, writer=target.user)
    finally:
        with source.user.acting():
            aside.unlink(missing_ok=True)


def read_usage(folder: CopyFolder) -> Usage | None:
    """Return how much a prepared copy holds, None if it is not whole."""
    if not folder.ready.exists():
        return None
    return Usage(**json.loads(folder.ready.read_text(encoding="utf-8")))


def exchange(folder: CopyFolder, *, log: Log) -> None:
    """Put a copy in place; what was there moves into its folder.

    Raises:
        CopyFailed: the copy is not whole, or the site is running.
    """
    if not folder.ready.exists():
        raise CopyFailed(detail="the copy was not prepared")
    _require_stopped(folder.site)
    for fresh, present, former in folder.list_moves():
        if not fresh.exists():
            continue
        if not former.exists():
            present.rename(former)
        elif present.exists():  # made anew after the former one was moved
            shutil.rmtree(present)
        fresh.rename(present)
    log("new content in place, the former one is kept")


def take_back(folder: CopyFolder, *, log: Log) -> None:
    """Put the former content back; does nothing for what was not exchanged.

    Raises:
        CopyFailed: the site is running.
    """
    _require_stopped(folder.site)
    for fresh, present, former in folder.list_moves():
        if not former.exists():
            continue
        if present.exists() and fresh.exists():  # an empty folder that somebody made meanwhile
            shutil.rmtree(present)
        elif present.exists():
            present.rename(fresh)
        former.rename(present)
    log("the former content is in place")


def _require_stopped(site: SitePaths) -> None:
    if is_listening(site):
        raise CopyFailed(detail="the site is running")


def drop_all(site: SitePaths, *, keep: str) -> int:
    """Delete all copies but one and return how many those were."""
    doomed = [path for path in site.copies.glob("*") if path.name != keep]
    for path in doomed:
        shutil.rmtree(path)
    return len(doomed)


def require_room(config: Any, *, needed: int) -> None:
    """Pass if there is room for a copy besides what must stay free.

    Raises:
        DiskFull: there is not.
    """
    free = measure_free_bytes(config)
    needed += config.minimum_free_bytes
    if free < needed:
        raise DiskFull(free_mb=free // MEGABYTE, needed_mb=needed // MEGABYTE)


def measure_site(site: SitePaths) -> Usage:
    """Return the space that content, logs and database of a site fill; copies are not counted."""
    return Usage(
        files_bytes=sum(
            measure_tree(part) for part in (site.content, site.logs, site.tmp) if part.exists()
        ),
        database_bytes=measure_tree(site.data) if site.data.exists() else 0,
    )


def make_rule(source: SiteSpec, target: SiteSpec, *, folders: Mapping[str, str]) -> dict[str, Any]:
    """Return what to replace in content that moves from one site to another."""
    return {
        "hosts": list(source.hosts),
        "port": source.url_port or 0,
        "to": {
            "scheme": target.url_scheme,
            "host": target.hosts[-1],
            "port": target.url_port or 0,
        },
        "folders": dict(folders),
    }


def read_changes(php: SitePhp, *, prefix: str, since: datetime) -> Changes:
    """Count what is newer than a moment in a site's database.

    Raises:
        CopyFailed: there is no database, or it cannot be read.
        EngineTimeout: the program did not end.
    """
    answer = php.run(
        "database.php",
        {
            "task": "changes",
            "database": str(php.site.database),
            "prefix": prefix,
            "since": since.astimezone(UTC).strftime(_TEXT_TIME),
        },
    )
    counted = {name: int(answer[name]) for name in ("posts", "comments", "users", "orders")}
    return Changes(since=since, **counted)
