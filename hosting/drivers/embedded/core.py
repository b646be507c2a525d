"""The shared parts of all sites: PHP, the WordPress core and our own PHP files.

The core is one read-only tree for all sites. It is compared with the digests that were recorded
when it was fetched; files whose size and times did not change since the last comparison are not
read again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hosting.drivers.base import Log, PhpMissing, WordPressDamaged, WordPressMissing
from hosting.drivers.embedded.config import EngineConfig
from hosting.drivers.embedded.notes import write_atomically
from hosting.drivers.embedded.paths import Layout
from spotex.runtime.php import Php, missing_extensions

OWN_PHP: Final = Path(__file__).parent / "php"
_Stamp = tuple[int, int, int]
_complete: set[Php] = set()
"""PHP programs that were asked once and lack nothing."""


@dataclass(frozen=True)
class Core:
    """One version of WordPress on this machine."""

    version: str
    tree: Path
    sqlite: Path
    manifest: Path


def find_core(wordpress_dir: Path) -> Core:
    """Return the current WordPress version.

    Raises:
        WordPressMissing: there is none, or the SQLite drop-in is not there.
    """
    manifest = wordpress_dir / "manifest.json"
    try:
        version = str(json.loads(manifest.read_text(encoding="utf-8"))["version"])
    except (OSError, ValueError, KeyError) as error:
        raise WordPressMissing from error
    core = Core(
        version,
        wordpress_dir / version,
        wordpress_dir / "sqlite-database-integration",
        manifest,
    )
    if not (core.tree / "wp-settings.php").is_file():
        raise WordPressMissing
    if not (core.sqlite / "wp-includes" / "sqlite" / "db.php").is_file():
        raise WordPressMissing
    return core


def require_php(config: EngineConfig, version: str) -> Php:
    """Return PHP of that version (empty: the default) with all that WordPress needs.

    Raises:
        PhpMissing: there is none, or extensions are missing.
    """
    php = config.find_php(version)
    if php is None:
        raise PhpMissing(version=version, missing="php-fpm")
    missing = () if php in _complete else missing_extensions(php)
    if missing:
        raise PhpMissing(version=php.version, missing=", ".join(missing))
    _complete.add(php)
    return php


def list_php_versions(config: EngineConfig) -> tuple[str, ...]:
    """Return the versions of PHP that have all that WordPress needs, the newest first."""
    found = config.list_php()
    for php in found:
        if php not in _complete and not missing_extensions(php):
            _complete.add(php)
    return tuple(php.version for php in found if php in _complete)


def verify_core(core: Core, layout: Layout, *, log: Log) -> None:
    """Compare the core with its recorded digests.

    Raises:
        WordPressDamaged: a file is missing, different or foreign.
    """
    recorded: dict[str, str] = json.loads(core.manifest.read_text(encoding="utf-8"))["files"]
    memory = layout.sites_dir / f"verified-{core.version}.json"
    known = _read_memory(memory)
    seen: dict[str, _Stamp] = {}
    read = 0
    for name, path, stamp in _walk(core.tree):
        if name not in recorded:
            raise WordPressDamaged(file=name)
        if known.get(name) != stamp:
            read += 1
            if _digest(path) != recorded[name]:
                raise WordPressDamaged(file=name)
        seen[name] = stamp
    absent = recorded.keys() - seen.keys()
    if absent:
        raise WordPressDamaged(file=min(absent))
    if read:
        write_atomically(memory, json.dumps(seen))
    log(f"WordPress {core.version}: {len(seen)} files as delivered ({read} read again)")


def _read_memory(memory: Path) -> dict[str, _Stamp]:
    with suppress(OSError, ValueError):
        return {
            name: (stamp[0], stamp[1], stamp[2])
            for name, stamp in json.loads(memory.read_text(encoding="utf-8")).items()
        }
    return {}


def _walk(tree: Path) -> Iterator[tuple[str, str, _Stamp]]:
    root = str(tree)
    waiting = [root]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                    continue
                found = entry.stat(follow_symlinks=False)
                name = entry.path[len(root) + 1 :]
                yield name, entry.path, (found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _digest(path: str) -> str:
    with open(path, "rb") as file:  # noqa: PTH123  a path of three thousand
        return hashlib.file_digest(file, "sha256").hexdigest()


def place_own_php(layout: Layout) -> Path:
    """Return a read-only folder with our PHP files, made on first use of each content."""
    files = sorted(path for path in OWN_PHP.rglob("*.php"))
    digest = hashlib.sha256()
    for path in files:
        digest.update(str(path.relative_to(OWN_PHP)).encode() + b"\0" + path.read_bytes() + b"\0")
    target = layout.parts / digest.hexdigest()[:16]
    if target.is_dir():
        return target
    layout.parts.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=layout.parts))
    for path in files:
        copy = fresh / path.relative_to(OWN_PHP)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        copy.chmod(0o444)
    for folder in (fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    try:
        fresh.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def place_clean_content(layout: Layout, core: Core, own_php: Path) -> Path:
    """Return a ``wp-content`` of delivered things only, made on first use."""
    target = layout.parts / f"content-{core.version}-{own_php.name}"
    if target.is_dir():
        return target
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=layout.parts))
    shutil.copyfile(own_php / "db.php", fresh / "db.php")
    (fresh / "db.php").chmod(0o444)
    for name in ("themes", "languages"):
        (fresh / name).symlink_to(core.tree / "wp-content" / name)
    fresh.chmod(0o755)
    try:
        fresh.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(fresh, ignore_errors=True)
    return target


def measure_free_bytes(config: EngineConfig) -> int:
    """Return the free space where sites are stored."""
    folder = config.layout.sites_dir
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
