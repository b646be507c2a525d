"""A real name server and a real certificate authority, for the tests of own domains."""

import shutil
from collections.abc import Callable

from spotex.runtime.config import RuntimeConfig
from spotex.runtime.parts.apt import install_packages


def install_name_server(_config: RuntimeConfig, tell: Callable[[str], None]) -> str:
    """Make sure of PowerDNS and name the program.

    Raises:
        StartError: it is missing and we may not install.
    """
    return _ensure("pdns_server", ["pdns-server", "pdns-backend-sqlite3"], tell)


def install_authority(_config: RuntimeConfig, tell: Callable[[str], None]) -> str:
    """Make sure of pebble, the test server of the ACME protocol, and name the program.

    Raises:
        StartError: it is missing and we may not install.
    """
    return _ensure("pebble", ["pebble"], tell)


def _ensure(program: str, packages: list[str], tell: Callable[[str], None]) -> str:
    if not shutil.which(program):
        tell(f"Installing {packages[0]}")
        install_packages(packages)
    return shutil.which(program) or ""
