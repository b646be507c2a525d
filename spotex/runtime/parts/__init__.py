"""The parts that are not Python: PHP and WordPress for the sites, a browser for the tests.

What is missing is installed where the system's package manager may be used, else named in one
line; everything but deploying sites works without.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from spotex.runtime.config import RuntimeConfig, read_config
from spotex.runtime.console import Console
from spotex.runtime.errors import StartError
from spotex.runtime.files import exclusive, make_passable_dir
from spotex.runtime.parts.docker import install_docker
from spotex.runtime.parts.names import install_authority, install_name_server
from spotex.runtime.parts.pgbouncer import install_pgbouncer
from spotex.runtime.parts.php import install_php
from spotex.runtime.parts.sqlite import install_sqlite_drop_in
from spotex.runtime.parts.tools import install_browser, install_gettext
from spotex.runtime.parts.wordpress import install_wordpress, read_manifest


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part: its name and how to make sure that it is there."""

    name: str
    install: Callable[[RuntimeConfig, Callable[[str], None]], str]


SITE_PARTS = (
    Part(name="PHP", install=install_php),
    Part(name="WordPress", install=install_wordpress),
    Part(name="SQLite drop-in", install=install_sqlite_drop_in),
)
TEST_PARTS = (
    Part(name="Browser", install=install_browser),
    Part(name="gettext", install=install_gettext),
    Part(name="PgBouncer", install=install_pgbouncer),
    Part(name="Docker engine", install=install_docker),
    Part(name="Name server", install=install_name_server),
    Part(name="ACME authority", install=install_authority),
)


def install_parts(environ: Mapping[str, str], *, everything: bool) -> int:
    """Install the parts of the sites, and with ``everything`` also those of the tests.

    Returns:
        0; or 1 when everything was wanted and something is missing.
    """
    config = read_config(environ)
    parts = (*SITE_PARTS, *TEST_PARTS) if everything else SITE_PARTS
    complete = make_parts_available(config, console=Console(), parts=parts)
    return 0 if complete or not everything else 1


def share_cached_parts(config: RuntimeConfig) -> None:
    """Copy WordPress from the cache to where the users of sites can reach it; fetch nothing."""
    cache = config.cache_dir / "wordpress"
    if config.wordpress_dir == cache or read_manifest(cache) is None:
        return
    for directory in config.open_dirs:
        make_passable_dir(directory)
    with exclusive(config.cache_dir / "parts.lock"):
        for part in SITE_PARTS[1:]:
            with suppress(StartError):
                part.install(config, lambda _said: None)


def make_parts_available(
    config: RuntimeConfig, *, console: Console, parts: tuple[Part, ...] = SITE_PARTS
) -> bool:
    """Install what is missing of these parts, tell what cannot be, return whether all are there."""
    for directory in config.open_dirs:
        make_passable_dir(directory)
    present: list[str] = []
    with exclusive(config.cache_dir / "parts.lock"):
        for part in parts:
            try:
                present.append(f"{part.name} {part.install(config, console.step)}")
            except StartError as error:
                console.warn(f"{part.name} is missing. {error}")
    if present:
        console.step(" · ".join(present))
    return len(present) == len(parts)
