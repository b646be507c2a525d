"""What the embedded engine must be told about this machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from hosting.drivers.base import FilesRefused
from hosting.drivers.embedded.paths import Layout
from spotex.runtime.files import is_walkable
from spotex.runtime.php import Php, find_php, list_php

MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class EngineConfig:
    """Folders, limits and patience of one engine.

    Args:
        must_separate: refuse to host sites that would share the platform's own account.
        find_php: takes a version (empty: the newest) and returns its programs.
        list_php: returns every installed PHP, the newest first.
        probe_port: where our proxy answers, or None to ask the sites' processes directly.
        minimum_free_bytes: below this no deployment starts.
    """

    layout: Layout
    wordpress_dir: Path
    find_php: Callable[[str], Php | None] = find_php
    list_php: Callable[[], tuple[Php, ...]] = list_php
    probe_host: str = "127.0.0.1"
    probe_port: int | None = None
    must_separate: bool = False
    minimum_free_bytes: int = 200 * MEGABYTE
    install_seconds: float = 60.0
    start_seconds: float = 20.0
    stop_seconds: float = 20.0
    probe_seconds: float = 30.0

    @property
    def separates_users(self) -> bool:
        """Tell whether each site runs as a user of its own: whenever we are root."""
        return os.geteuid() == 0

    def require_separation(self) -> None:
        """Pass if sites can run as they must; as root never as root.

        Raises:
            FilesRefused: a folder is closed to the sites' users, or there can be no such users.
        """
        if not self.separates_users:
            if self.must_separate:
                raise FilesRefused(detail="sites would share one account: start Spotex as root")
            return
        for folder in (self.layout.sites_dir, self.wordpress_dir):
            if not is_walkable(folder):
                raise FilesRefused(detail=f"{folder} cannot be reached by the sites' own users")


def read_engine_config() -> EngineConfig:
    """Return the configuration that the project's settings describe."""
    return EngineConfig(
        layout=read_layout(),
        wordpress_dir=Path(settings.SPOTEX_WORDPRESS_DIR),
        probe_port=settings.SPOTEX_PORT or None,
        must_separate=settings.PRODUCTION,
    )


def read_layout() -> Layout:
    """Return the folders that the project's settings name."""
    return Layout(Path(settings.SPOTEX_SITES_DIR), Path(settings.SPOTEX_RUN_DIR))
