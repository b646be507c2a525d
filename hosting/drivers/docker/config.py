"""What the Docker engine must be told: where the engine is, names, limits, patience."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from hosting.drivers.embedded.config import read_layout
from hosting.drivers.embedded.paths import Layout

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much of the machine one container may have.

    Args:
        cpus: whole processors, or parts of one.
        processes: processes and threads together.
    """

    memory_mb: int = 384
    cpus: float = 1.0
    processes: int = 64


@dataclass(frozen=True, kw_only=True)
class DockerConfig:
    """One installation's use of a Docker engine.

    Args:
        host: address of the engine's API; empty for the usual socket of this machine.
        prefix: begins the names of all containers and volumes of this installation.
        probe_port: where our proxy answers, or None to ask the sites' sockets directly.
        minimum_free_bytes: below this no deployment starts.
    """

    layout: Layout
    host: str = ""
    prefix: str = "spotex"
    site: Limits = field(default_factory=Limits)
    database_memory_mb: int = 768
    probe_host: str = "127.0.0.1"
    probe_port: int | None = None
    minimum_free_bytes: int = 500 * MEGABYTE
    call_seconds: float = 60.0
    install_seconds: float = 90.0
    start_seconds: float = 40.0
    stop_seconds: float = 10.0
    probe_seconds: float = 30.0


def read_docker_config() -> DockerConfig:
    """Return the configuration that the project's settings describe."""
    return DockerConfig(
        layout=read_layout(),
        host=settings.SPOTEX_DOCKER_HOST,
        prefix=settings.SPOTEX_DOCKER_PREFIX,
        site=Limits(
            memory_mb=settings.SPOTEX_SITE_MEMORY_MB,
            cpus=settings.SPOTEX_SITE_CPUS,
            processes=settings.SPOTEX_SITE_PROCESSES,
        ),
        database_memory_mb=settings.SPOTEX_SITE_DATABASE_MEMORY_MB,
        probe_port=settings.SPOTEX_PORT or None,
    )
