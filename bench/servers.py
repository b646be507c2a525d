"""Web servers of a benchmark: started on a socket, pinned to one core, stopped afterwards."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

THREADS: Final = 4
"""Threads of a web process, as in the product."""
_START_SECONDS: Final = 60.0
_SERVER_CORE: Final = 0


@contextmanager
def running_ours(*, environ: Mapping[str, str] | None = None) -> Iterator[tuple[Path, int]]:
    """Run one web process of the product, with its log; yield its socket and process id."""
    with tempfile.TemporaryDirectory() as directory:
        metrics = Path(directory) / "metrics"
        metrics.mkdir()
        path = Path(directory) / "ours.sock"
        command = _granian(path, "spotex.wsgi:application")
        ours = {
            "DJANGO_SETTINGS_MODULE": "spotex.settings",
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
            "SPOTEX_LISTEN_FOR_HOSTS": "true",
            "SPOTEX_LOG_FORMAT": "json",
        }
        with _running(command, path, environ={**ours, **(environ or {})}) as process:
            yield path, process


@contextmanager
def running_live() -> Iterator[tuple[Path, int]]:
    """Run the live process of the product; yield its socket and process id."""
    with running_peer("spotex.asgi:application", environ={}) as running:
        yield running


@contextmanager
def running_peer(module: str, *, environ: Mapping[str, str]) -> Iterator[tuple[Path, int]]:
    """Run a peer under uvicorn, without a log; yield its socket and process id."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "peer.sock"
        command = [
            *(sys.executable, "-m", "uvicorn", "--uds", str(path), "--no-access-log"),
            *("--log-level", "warning", "--loop", "uvloop", "--http", "httptools", module),
        ]
        with _running(command, path, environ=environ) as process:
            yield path, process


@contextmanager
def running_plain(application: str, *, environ: Mapping[str, str]) -> Iterator[tuple[Path, int]]:
    """Run a peer under the product's own server; yield its socket and process id."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "plain.sock"
        with _running(_granian(path, application), path, environ=environ) as process:
            yield path, process


def _granian(path: Path, application: str) -> list[str]:
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws"),
        *("--log-level", "warning", "--workers", "1", "--blocking-threads", str(THREADS)),
        *("--uds", str(path), application),
    ]


@contextmanager
def _running(command: list[str], path: Path, *, environ: Mapping[str, str]) -> Iterator[int]:
    with subprocess.Popen(
        command,
        env={**os.environ, **environ},
        stdout=subprocess.DEVNULL,
        stderr=None if os.environ.get("SPOTEX_BENCH_SHOW") else subprocess.DEVNULL,
    ) as process:
        os.sched_setaffinity(process.pid, {_SERVER_CORE})  # before it starts any other
        try:
            _wait_for(path, process)
            yield process.pid
        finally:
            process.terminate()
            process.wait(timeout=20)


def _wait_for(path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(path))
            except OSError:
                time.sleep(0.05)
                continue
            return
    raise RuntimeError("A server of the benchmark did not start; see SPOTEX_BENCH_SHOW=1.")
