"""The processes of the platform above its databases."""

import asyncio
import secrets
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from spotex.runtime.config import RuntimeConfig
from spotex.runtime.process import Service
from spotex.runtime.proxy import LIVE_SOCKET, WEB_SOCKET, prepare_proxy

_WEB_WORKERS = 2
_WEB_THREADS = 4
WORKER_PROCESSES = {"default": 2, "operations": 2}
"""Every queue, and how many processes serve it."""


def describe_service(name: str, config: RuntimeConfig, environ: Mapping[str, str]) -> Service:
    """Describe one process by its name, one of ``SERVICES``.

    Raises:
        StartError: the proxy cannot be prepared.
    """
    return SERVICES[name](config, environ)


def describe_front(config: RuntimeConfig, environ: Mapping[str, str]) -> tuple[Service, ...]:
    """Describe what answers visitors: web, live updates, proxy, and the keeper of the sites.

    Raises:
        StartError: the proxy cannot be prepared.
    """
    environ = {"SPOTEX_PROXY_TOKEN": secrets.token_hex(16), **environ}
    return (
        _web(config, environ),
        _proxy(config, environ),
        _live(config, environ),
        _sites(config, environ),
    )


def describe_background(config: RuntimeConfig, environ: Mapping[str, str]) -> tuple[Service, ...]:
    """Describe what works behind them: a worker for each queue, and beat.

    Long work on sites has processes of its own, so that mails and the watchman never wait for it.
    """
    workers = (
        _default_worker(config, environ),
        _site_worker(config, environ),
    )
    return (*workers, _beat(config, environ))


def _web(config: RuntimeConfig, environ: Mapping[str, str]) -> Service:
    path = config.run_dir / WEB_SOCKET
    return Service(
        name="web",
        command=(
            *_python("granian", "--interface", "wsgi", "--no-ws", "--log-level", "warning"),
            *("--workers", str(_WEB_WORKERS), "--blocking-threads", str(_WEB_THREADS)),
            *("--uds", str(path), "--respawn-failed-workers", "--workers-kill-timeout", "3"),
            "spotex.wsgi:application",
        ),
        environ=environ,
        colour="cyan",
        sockets=(path,),
        is_ready=_accepts(path),
    )


def _live(config: RuntimeConfig, environ: Mapping[str, str]) -> Service:
    path = config.run_dir / LIVE_SOCKET
    return Service(
        name="live",
        command=(
            *_python("uvicorn", "--uds", str(path), "--no-access-log", "--log-level", "warning"),
            *("--timeout-graceful-shutdown", "1", "spotex.asgi:application"),
        ),
        environ=environ,
        colour="magenta",
        sockets=(path,),
        is_ready=_accepts(path),
    )


def _worker(environ: Mapping[str, str], *, name: str, queue: str) -> Service:
    return Service(
        name=name,
        command=(
            *_celery("worker", "--queues", queue, "--hostname", f"{name}@%h"),
            *("--concurrency", str(WORKER_PROCESSES[queue])),
            *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
        ),
        environ={**environ, "C_FORCE_ROOT": "1"},
        colour="yellow",
    )


def _beat(config: RuntimeConfig, environ: Mapping[str, str]) -> Service:
    schedule = config.data_dir / "beat-schedule"
    return Service(
        name="beat",
        command=(
            *_celery("beat", "--pidfile=", "--loglevel", "WARNING", "--schedule", str(schedule)),
        ),
        environ=environ,
        colour="grey",
    )


def _sites(_config: RuntimeConfig, environ: Mapping[str, str]) -> Service:
    return Service(
        name="sites",
        command=_python("hosting.drivers.embedded.runner"),
        environ=environ,
        colour="magenta",
    )


def _proxy(config: RuntimeConfig, environ: Mapping[str, str]) -> Service:
    return prepare_proxy(config, environ=environ)


def _default_worker(_config: RuntimeConfig, environ: Mapping[str, str]) -> Service:
    return _worker(environ, name="worker", queue="default")


def _site_worker(_config: RuntimeConfig, environ: Mapping[str, str]) -> Service:
    return _worker(environ, name="site-ops", queue="operations")


SERVICES: Mapping[str, Callable[[RuntimeConfig, Mapping[str, str]], Service]] = {
    "web": _web,
    "live": _live,
    "proxy": _proxy,
    "sites": _sites,
    "worker": _default_worker,
    "site-ops": _site_worker,
    "beat": _beat,
}
"""Every process of the platform above its databases."""


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", module, *arguments)


def _celery(*arguments: str) -> tuple[str, ...]:
    warning = "ignore:You're running the worker"  # as root, which a development machine may be
    return (
        *(sys.executable, "-W", warning, "-m", "celery", "--quiet", "-A", "spotex"),
        *arguments,
    )


def _accepts(path: Path) -> Callable[[], Awaitable[bool]]:
    async def is_ready() -> bool:
        return await asyncio.to_thread(_connects, path)

    return is_ready


def _connects(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
    return True
