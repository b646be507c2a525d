"""The databases of an installation: embedded ones, or real servers named in the environment."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from spotex.runtime.config import RuntimeConfig
from spotex.runtime.counts import own_directory
from spotex.runtime.errors import StartError
from spotex.runtime.files import keep_secret, make_passable_dir, make_private_dir
from spotex.runtime.php import find_php
from spotex.runtime.ports import remember_ports
from spotex.runtime.postgres import database_url, prepare_postgres
from spotex.runtime.process import Service
from spotex.runtime.redis_server import prepare_redis, redis_url

_PORTS = "ports.json"


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """The environment of every process, and the databases to start below them."""

    environ: Mapping[str, str]
    services: tuple[Service, ...]


def lay_foundation(config: RuntimeConfig, environ: Mapping[str, str]) -> Foundation:
    """Create what is missing of directories, secrets and databases.

    Raises:
        StartError: something cannot be created.
    """
    counts = own_directory(config.metrics_dir)
    for directory in (config.run_dir, config.metrics_dir, counts, config.data_dir / "logs"):
        make_private_dir(directory)
    for directory in config.open_dirs:
        make_passable_dir(directory)
    ports = remember_ports(config.data_dir / _PORTS, ("postgres", "redis"))
    environ = _full_environ(config, environ, ports)
    services = []
    if not config.database_url:
        services.append(
            prepare_postgres(
                config.data_dir / "postgres",
                port=ports["postgres"],
                password=keep_secret(config.data_dir, "postgres"),
                environ=environ,
                throwaway=config.throwaway,
            )
        )
    if not config.redis_url:
        services.append(
            prepare_redis(
                config.data_dir / "redis",
                port=ports["redis"],
                password=keep_secret(config.data_dir, "redis"),
                environ=environ,
                throwaway=config.throwaway,
            )
        )
    return Foundation(environ=environ, services=tuple(services))


def join_foundation(config: RuntimeConfig, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of an installation that is running already.

    Raises:
        StartError: it has only just begun to start.
    """
    path = config.data_dir / _PORTS
    if not path.is_file():
        raise StartError("Spotex is just starting; try again in a moment.")
    return _full_environ(config, environ, json.loads(path.read_text()))


def _full_environ(
    config: RuntimeConfig, environ: Mapping[str, str], ports: Mapping[str, int]
) -> dict[str, str]:
    """Return the environment of every process of the installation."""
    secrets = {name: keep_secret(config.data_dir, name) for name in ("postgres", "redis")}
    php = find_php()
    return {
        **environ,
        **config.exported(),
        **({"SPOTEX_PHP": str(php.fpm)} if php else {}),
        "DATABASE_URL": config.database_url
        or database_url(port=ports["postgres"], password=secrets["postgres"]),
        "REDIS_URL": config.redis_url or redis_url(port=ports["redis"], password=secrets["redis"]),
        "SECRET_KEY": config.secret_key or keep_secret(config.data_dir, "secret_key"),
        "PYTHONUNBUFFERED": "1",
        "PATH": _path_with_tools(environ),
    }


def _path_with_tools(environ: Mapping[str, str]) -> str:
    """Put the programs of our virtual environment first."""
    return f"{Path(sys.executable).parent}{os.pathsep}{environ.get('PATH', os.defpath)}"
