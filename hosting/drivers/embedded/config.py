"""What the embedded engine must be told about this machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from hosting.drivers.embedded.paths import Layout
from spotex.runtime.php import Php, find_php

MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class EngineConfig:
    """Folders, limits and patience of one engine.

    Args:
        find_php: takes a version (empty: the newest) and returns its programs.
        probe_port: where our proxy answers, or None to ask the sites' processes directly.
        minimum_free_bytes: below this no deployment starts.
    """

    layout: Layout
    wordpress_dir: Path
    find_php: Callable[[str], Php | None] = find_php
    probe_host: str = "127.0.0.1"
    probe_port: int | None = None
    minimum_free_bytes: int = 200 * MEGABYTE
    install_seconds: float = 60.0
    start_seconds: float = 20.0
    stop_seconds: float = 20.0
    probe_seconds: float = 30.0

    @property
    def separates_users(self) -> bool:
        """Tell whether each site can run as a user of its own.

        That needs root, and folders that other users may walk through.
        """
        return os.geteuid() == 0 and all(
            is_walkable(folder) for folder in (self.layout.sites_dir, self.wordpress_dir)
        )


def is_walkable(folder: Path) -> bool:
    """Tell whether any user may reach what lies below the folder."""
    resolved = folder.resolve()
    return all(
        step.exists() and step.stat().st_mode & 0o001 for step in (resolved, *resolved.parents)
    )


def read_engine_config() -> EngineConfig:
    """Return the configuration that the project's settings describe."""
    return EngineConfig(
        layout=read_layout(),
        wordpress_dir=Path(settings.SPOTEX_WORDPRESS_DIR),
        probe_port=settings.SPOTEX_PORT or None,
    )


def read_layout() -> Layout:
    """Return the folders that the project's settings name."""
    return Layout(Path(settings.SPOTEX_SITES_DIR), Path(settings.SPOTEX_RUN_DIR))
