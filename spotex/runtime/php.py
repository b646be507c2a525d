"""Which PHP this machine has."""

import functools
import os
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from spotex.runtime.commands import run_command
from spotex.runtime.errors import StartError

REQUIRED_EXTENSIONS = ("curl", "gd", "intl", "mbstring", "pdo_sqlite", "xml", "zip")
_DIRECTORIES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")


@dataclass(frozen=True, kw_only=True)
class Php:
    """One installed PHP: its process manager and its command line."""

    fpm: Path
    cli: Path
    version: str  # "8.2"


def find_php(version: str = "") -> Php | None:
    """Return the PHP to use, the newest one unless a version is named; None when there is none."""
    return next((php for php in list_php() if version in ("", php.version)), None)


def list_php() -> tuple[Php, ...]:
    """Return every PHP of this machine that can serve sites, the newest first."""
    chosen = os.environ.get("SPOTEX_PHP")
    candidates = [Path(chosen)] if chosen else sorted(set(_candidates()))
    found = (_describe(fpm) for fpm in candidates if os.access(fpm, os.X_OK))
    by_version = {php.version: php for php in found if php}
    return tuple(sorted(by_version.values(), key=_version_key, reverse=True))


def missing_extensions(php: Php) -> tuple[str, ...]:
    """Return which of the extensions that WordPress needs this PHP does not have."""
    present = set(run_command([php.cli, "-m"], purpose="Asking PHP").lower().split())
    return tuple(name for name in REQUIRED_EXTENSIONS if name not in present)


def _candidates() -> Iterable[Path]:
    for directory in _DIRECTORIES:
        yield from Path(directory).glob("php-fpm*")
    in_path = shutil.which("php-fpm")
    if in_path:
        yield Path(in_path)


@functools.cache
def _describe(fpm: Path) -> Php | None:
    try:
        said = run_command([fpm, "-v"], purpose="Asking php-fpm")
    except StartError:
        return None
    match = re.match(r"PHP (\d+\.\d+)", said)
    cli = _find_cli(fpm, match[1]) if match else None
    return Php(fpm=fpm, cli=cli, version=match[1]) if match and cli else None


def _find_cli(fpm: Path, version: str) -> Path | None:
    beside = fpm.parent.parent / "bin"
    names = (f"php{version}", "php")
    paths = [beside / name for name in names] + [Path(shutil.which(name) or "") for name in names]
    return next((path for path in paths if path.is_file() and os.access(path, os.X_OK)), None)


def _version_key(php: Php) -> tuple[int, ...]:
    return tuple(int(part) for part in php.version.split("."))
