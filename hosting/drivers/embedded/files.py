"""A site's folder: made, configured, emptied."""

from __future__ import annotations

import errno
import json
import secrets
import shutil
import string
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from hosting.drivers.base import DiskFull, FilesRefused, SiteSpec
from hosting.drivers.embedded.config import MEGABYTE, EngineConfig
from hosting.drivers.embedded.core import Core, measure_free_bytes
from hosting.drivers.embedded.notes import write_atomically
from hosting.drivers.embedded.paths import Layout, SitePaths
from hosting.drivers.embedded.users import SiteUser

SALT_NAMES: Final = tuple(
    f"{kind}_{what}"
    for what in ("KEY", "SALT")
    for kind in ("AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE")
)
_LEFT_OUT: Final = frozenset(
    {"wp-content", "wp-config.php", "wp-config-sample.php", "readme.html", "license.txt"},
)
_SILENCE: Final = "<?php\n// Silence is golden.\n"


@contextmanager
def file_system_failures(config: EngineConfig) -> Iterator[None]:
    """Turn the file system's errors into failures that people understand.

    Raises:
        DiskFull: no room or no quota left.
        FilesRefused: any other error.
    """
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(
                free_mb=measure_free_bytes(config) // MEGABYTE,
                needed_mb=config.minimum_free_bytes // MEGABYTE,
            ) from error
        raise FilesRefused(detail=error.strerror or type(error).__name__) from error


def make_folders(site: SitePaths, user: SiteUser) -> None:
    """Create the folders; those that the site may write belong to it."""
    site.root.mkdir(mode=0o711, parents=True, exist_ok=True)
    site.root.chmod(0o711)
    site.public.mkdir(mode=0o755, exist_ok=True)
    for folder in (site.data, site.tmp, site.logs, site.login):
        folder.mkdir(mode=0o700, exist_ok=True)
        user.adopt(folder)
    site.content.mkdir(mode=0o755, exist_ok=True)
    user.adopt(site.content)
    with user.acting():
        for name in ("plugins", "themes", "languages", "uploads", "upgrade"):
            folder = site.content / name
            folder.mkdir(mode=0o755, exist_ok=True)
            if name != "languages":
                _write_once(folder / "index.php", _SILENCE)


def link_core(site: SitePaths, core: Core, user: SiteUser, *, language: str) -> int:
    """Link the shared core into the document root and return the number of links."""
    outside: dict[Path, Path] = {
        site.public / entry.name: entry
        for entry in core.tree.iterdir()
        if entry.name not in _LEFT_OUT and not entry.name.startswith(".")
    }
    for link, target in outside.items():
        point_link(link, target)
    wanted: dict[Path, Path] = {}
    for theme in (core.tree / "wp-content" / "themes").iterdir():
        if theme.is_dir():
            wanted[site.content / "themes" / theme.name] = theme
    for translation in (core.tree / "wp-content" / "languages").glob(f"*{language}*"):
        if translation.is_file():
            wanted[site.content / "languages" / translation.name] = translation
    with user.acting():
        for link, target in wanted.items():
            point_link(link, target)
    return len(outside) + len(wanted)


def point_link(link: Path, target: Path | str) -> None:
    """Make a link lead to the target, replacing an older one in one step."""
    try:
        link.symlink_to(target)
    except FileExistsError:
        if link.is_symlink() and str(link.readlink()) == str(target):
            return
        temporary = link.with_name(f".tmp-{secrets.token_hex(6)}")
        temporary.symlink_to(target)
        temporary.replace(link)


def read_settings(site: SitePaths) -> dict[str, Any]:
    """Return what a site's configuration is made of, nothing for one that has none."""
    if not site.settings.exists():
        return {}
    found: dict[str, Any] = json.loads(site.settings.read_text(encoding="utf-8"))
    return found


def write_settings(
    site: SitePaths,
    spec: SiteSpec,
    *,
    prefix: str = "",
    fresh_salts: bool = False,
) -> dict[str, Any]:
    """Keep the site's salts and prefix, or make them up, and return them with its addresses.

    Args:
        site: its folder.
        spec: its addresses.
        prefix: replaces the prefix of the tables.
        fresh_salts: whoever knew the former ones, or a session made with them, is out.
    """
    kept = read_settings(site)
    alphabet = string.ascii_letters + string.digits + "!#%()*+,-./:;<=>?@[]^_{|}~"
    values = {
        "prefix": prefix
        or kept.get("prefix")
        or f"{secrets.choice('abcdefgh')}{secrets.token_hex(3)}_",
        "salts": (not fresh_salts and kept.get("salts"))
        or {name: "".join(secrets.choice(alphabet) for _ in range(64)) for name in SALT_NAMES},
        "hosts": list(spec.hosts),
        "scheme": spec.url_scheme,
        "port": spec.url_port,
        "staging": spec.is_staging,
    }
    if values != kept:
        write_atomically(site.settings, json.dumps(values, indent=1))
    return values


def write_php_config(
    site: SitePaths,
    values: dict[str, Any],
    *,
    core: Core,
    own_php: Path,
    user: SiteUser,
) -> None:
    """Write the three PHP files that join the site's values with the shared parts."""
    given = {
        "root": str(site.root),
        "preview": values["hosts"][0],
        "hosts": values["hosts"],
        "scheme": values["scheme"],
        "port": values["port"] or 0,
        "sqlite": str(core.sqlite),
        "salts": values["salts"],
        "staging": int(values["staging"]),
    }
    _write_php(site.prepend, f"define( 'ABSPATH', {quote_php(f'{site.public}/')} );\n", user)
    _write_php(
        site.wp_config,
        f"$portal = {quote_php(given)};\n$table_prefix = {quote_php(values['prefix'])};\n"
        f"require {quote_php(str(own_php / 'site.php'))};\n"
        "unset( $portal );\nrequire_once ABSPATH . 'wp-settings.php';\n",
        user,
    )
    drop_in = site.content / "db.php"
    text = (own_php / "db.php").read_text(encoding="utf-8")
    with user.acting():
        if not drop_in.exists():
            write_atomically(drop_in, text, mode=0o644)


def quote_php(value: object) -> str:
    r"""Return a PHP literal of strings, numbers, lists and mappings.

    Only ``\`` and ``'`` have a meaning between single quotes.
    Source: https://www.php.net/manual/language.types.string.php
    """
    if isinstance(value, dict):
        pairs = (f"{quote_php(key)} => {quote_php(item)}" for key, item in value.items())
        return f"array( {', '.join(pairs)} )"
    if isinstance(value, list):
        return f"array( {', '.join(map(quote_php, value))} )"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _write_php(path: Path, code: str, user: SiteUser) -> None:
    text = f"<?php\n{code}"
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        write_atomically(path, text)
    user.let_read(path)


def _write_once(path: Path, text: str) -> None:
    if not path.exists():
        write_atomically(path, text, mode=0o644)


def remove_folder(site: SitePaths) -> None:
    """Delete the site's folder; it is renamed first, so that nobody meets half of it."""
    doomed = site.root.with_name(f".gone-{site.root.name}")
    if site.root.exists():
        if doomed.exists():
            shutil.rmtree(doomed)
        site.root.rename(doomed)
    if doomed.exists():
        shutil.rmtree(doomed)


def remove_compiled(layout: Layout, site: SitePaths) -> None:
    """Delete compiled copies of the site's own files, which only a shared user leaves."""
    for folder in layout.compiled.glob(f"*/*{site.root}"):
        shutil.rmtree(folder)
