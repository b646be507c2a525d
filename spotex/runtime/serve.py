"""``serve``: one process of the platform in the foreground, for containers and service managers.

The supervisor of ``run`` is for one machine that does everything. Where something else keeps
processes alive, each is started by its name, with exactly the command that the supervisor uses.
"""

import os
from collections.abc import Mapping
from typing import NoReturn

from spotex.runtime.config import RuntimeConfig, read_config
from spotex.runtime.console import Console
from spotex.runtime.counts import (
    forget_counts,
    forget_ended_gauges,
    hold_directory,
    own_directory,
)
from spotex.runtime.databases import lay_foundation
from spotex.runtime.errors import StartError
from spotex.runtime.prepare import Preparation
from spotex.runtime.process import Service
from spotex.runtime.services import SERVICES, describe_service

PREPARE = "prepare"
SERVED = (PREPARE, *SERVICES)


def serve(name: str, environ: Mapping[str, str]) -> int:
    """Become the named process; ``prepare`` migrates, collects files and returns 0.

    Raises:
        StartError: DATABASE_URL or REDIS_URL is missing, or the process cannot be started.
    """
    config = read_config(environ)
    for variable, value in (("DATABASE_URL", config.database_url), ("REDIS_URL", config.redis_url)):
        if not value:
            raise StartError(f"{variable} is missing: a single process has no servers of its own.")
    full = lay_foundation(config, environ).environ
    if name != PREPARE:
        counts = own_directory(config.metrics_dir)
        hold_directory(counts)
        forget_ended_gauges(counts, reborn=os.getpid())
        _become(describe_service(name, config, full))
    return _prepare(config, full)


def _become(service: Service) -> NoReturn:
    for path in service.sockets:
        path.unlink(missing_ok=True)
    os.chdir(service.directory)
    os.execvpe(service.command[0], service.command, dict(service.environ))  # noqa: S606  no shell


def _prepare(config: RuntimeConfig, environ: Mapping[str, str]) -> int:
    preparation = Preparation(config, environ, console=Console())
    preparation.migrate()
    preparation.collect_static()
    forget_counts(config.metrics_dir)
    return 0
