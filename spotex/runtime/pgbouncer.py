"""A PgBouncer in transaction mode before a database: for tests and benchmarks, not for `run`."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg

from spotex.runtime.files import write_private
from spotex.runtime.unprivileged import as_ordinary_user, hand_over

_START_SECONDS = 10.0


@contextmanager
def running_pgbouncer(
    program: Path, directory: Path, *, server_url: str, pool_size: int
) -> Iterator[str]:
    """Run PgBouncer on a free port of this machine and yield the address to use instead.

    It logs in as the user of the server's address, whoever asks, and listens on 127.0.0.1 only.

    Raises:
        psycopg.OperationalError: it does not answer.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    config = directory / "pgbouncer.ini"
    write_private(config, _configuration(server_url, port=port, pool_size=pool_size))
    hand_over(config)
    process = subprocess.Popen(  # noqa: S603 - our own program and file
        as_ordinary_user([str(program), "--quiet", str(config)]),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    server = urlsplit(server_url)
    url = f"postgres://{server.username}@127.0.0.1:{port}{server.path}"
    try:
        _wait_for(url)
        yield url
    finally:
        process.terminate()
        process.wait()


def _configuration(server_url: str, *, port: int, pool_size: int) -> str:
    server = urlsplit(server_url)
    login = f"user={server.username} password={unquote(server.password or '')}"
    return "\n".join(
        [
            "[databases]",
            f"* = host={server.hostname} port={server.port} {login}",
            "[pgbouncer]",
            "listen_addr = 127.0.0.1",
            f"listen_port = {port}",
            "unix_socket_dir =",
            "auth_type = any",
            "pool_mode = transaction",
            f"default_pool_size = {pool_size}",
            "max_client_conn = 100",
            "",
        ]
    )


def _wait_for(url: str) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
