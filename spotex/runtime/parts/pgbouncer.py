"""A pooler of database connections, for the tests and benchmarks of the pooler mode."""

import shutil
from collections.abc import Callable
from pathlib import Path

from spotex.runtime.config import RuntimeConfig
from spotex.runtime.errors import StartError
from spotex.runtime.parts.apt import install_packages

_PLACES = ("/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")


def install_pgbouncer(_config: RuntimeConfig, tell: Callable[[str], None]) -> str:
    """Make sure of PgBouncer and name the program.

    Raises:
        StartError: it is missing and we may not install.
    """
    if find_pgbouncer() is None:
        tell("Installing PgBouncer")
        install_packages(["pgbouncer"])
    found = find_pgbouncer()
    if found is None:
        raise StartError("It was installed, but no pgbouncer was found.")
    return str(found)


def find_pgbouncer() -> Path | None:
    """Return the program, None where it is not installed."""
    found = shutil.which("pgbouncer") or next(
        (path for place in _PLACES if (path := shutil.which("pgbouncer", path=place))), None
    )
    return Path(found) if found else None
