"""The database server that all sites share, and the one database of each site.

The server has no network: it listens at a socket in a volume that every site's container sees.
Commands run inside its container with an administrator's password that never leaves it; of a
site's password the server is told the hash.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from typing import Final

from docker import DockerClient
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from hosting.drivers.base import CopyFailed, DatabaseDown
from hosting.drivers.docker.building import CURRENT, DATABASE_IMAGE
from hosting.drivers.docker.config import MEGABYTE, DockerConfig
from hosting.drivers.docker.containers import HARDENED, ensure_volume, find_container

_ADMIN: Final = "--defaults-file=/var/lib/mysql/admin.cnf"
_CONNECTIONS_OF_ONE_SITE: Final = 20
_PAUSE_SECONDS: Final = 0.1


def ensure_server(client: DockerClient, config: DockerConfig) -> Container:
    """Have the database server run and answer.

    Raises:
        DatabaseDown: it does not come up.
    """
    name = f"{config.prefix}-db"
    server = find_container(client, name) or _create_server(client, config, name)
    if server.status != "running":
        server.start()
    until = time.monotonic() + config.start_seconds
    while True:
        answer = server.exec_run(["mariadb-admin", _ADMIN, "ping"])
        if answer.exit_code == 0:
            return server
        if time.monotonic() > until:
            raise DatabaseDown(detail=_last_line(answer.output))
        time.sleep(_PAUSE_SECONDS)
        server = _revive(client, config, name)


def _create_server(client: DockerClient, config: DockerConfig, name: str) -> Container:
    data = ensure_volume(client, config, f"{name}-data")
    socket = ensure_volume(client, config, f"{name}-socket")
    memory = config.database_memory_mb * MEGABYTE
    try:
        return client.containers.create(
            f"{DATABASE_IMAGE}:{CURRENT}",
            ["serve-databases", f"--innodb-buffer-pool-size={memory // 3}"],
            name=name,
            labels={"spotex.prefix": config.prefix, "spotex.role": "database"},
            volumes=[f"{data}:/var/lib/mysql", f"{socket}:/run/mysqld"],
            tmpfs={"/tmp": "size=256m,mode=1777,nosuid,nodev,noexec"},  # noqa: S108  in there
            mem_limit=memory,
            memswap_limit=memory,
            pids_limit=500,
            **HARDENED,
        )
    except APIError as error:
        if error.status_code != 409:
            raise
        return client.containers.get(name)  # another worker was faster


def _revive(client: DockerClient, config: DockerConfig, name: str) -> Container:
    server = find_container(client, name) or _create_server(client, config, name)
    if server.status in {"created", "exited"}:
        server.start()
    return server


def ensure_database(server: Container, site_id: str, *, name: str) -> None:
    """Have the site's database and its user, who sees all databases of the site, nothing else."""
    _run(
        server,
        f"CREATE DATABASE IF NOT EXISTS `{name}` CHARACTER SET utf8mb4;"
        f"CREATE USER IF NOT EXISTS '{site_id}'@'localhost' ACCOUNT LOCK;"
        f"GRANT ALL PRIVILEGES ON `{_pattern(site_id)}`.* TO '{site_id}'@'localhost'"
        f" WITH MAX_USER_CONNECTIONS {_CONNECTIONS_OF_ONE_SITE};",
    )


def set_password(server: Container, site_id: str, password: str) -> None:
    """Let the site's user in with this password and no other."""
    _run(
        server,
        f"ALTER USER '{site_id}'@'localhost' IDENTIFIED VIA mysql_native_password"
        f" USING '{hash_password(password)}' ACCOUNT UNLOCK;",
    )


def copy_database(server: Container, source: str, target: str) -> None:
    """Make a database a copy of another as it is at one moment.

    Raises:
        CopyFailed: it cannot be read or written.
    """
    answer = server.exec_run(["copy-database", source, target])
    if answer.exit_code != 0:
        raise CopyFailed(detail=_last_line(answer.output))


def list_databases(server: Container, site_id: str) -> list[str]:
    """Return the names of all databases of a site."""
    said = _run(server, f"SHOW DATABASES LIKE '{_pattern(site_id)}'")
    return said.split()


def drop_databases(server: Container, names: Iterable[str]) -> None:
    """Have none of these databases."""
    for name in names:
        _run(server, f"DROP DATABASE IF EXISTS `{name}`")


def forget_site(client: DockerClient, config: DockerConfig, site_id: str) -> None:
    """Have neither a database nor a user of the site."""
    try:
        client.volumes.get(f"{config.prefix}-db-data")
    except NotFound:
        return
    server = ensure_server(client, config)
    drop_databases(server, list_databases(server, site_id))
    _run(server, f"DROP USER IF EXISTS '{site_id}'@'localhost'")


def measure_database(server: Container, name: str) -> int:
    """Return the bytes that tables and keys of a database fill."""
    said = _run(
        server,
        "SELECT COALESCE(SUM(data_length + index_length), 0)"  # noqa: S608  names are ours
        f" FROM information_schema.tables WHERE table_schema = '{name}'",
    )
    return int(said.strip() or 0)


def _pattern(site_id: str) -> str:
    """Return what matches all databases of a site: ids have one length, so none begins another."""
    return site_id.replace("_", r"\_") + "%"


def hash_password(password: str) -> str:
    """Return what MariaDB stores of a password.

    Source: https://mariadb.com/kb/en/authentication-plugin-mysql_native_password/
    """
    inner = hashlib.sha1(password.encode()).digest()  # noqa: S324  the server's own format
    return f"*{hashlib.sha1(inner).hexdigest().upper()}"  # noqa: S324  of a random secret


def _run(server: Container, statement: str) -> str:
    command = ["mariadb", _ADMIN, "--batch", "--skip-column-names", "--execute", statement]
    answer = server.exec_run(command)
    if answer.exit_code != 0:
        raise DatabaseDown(detail=_last_line(answer.output))
    return (answer.output or b"").decode()


def _last_line(output: bytes | None) -> str:
    lines = (output or b"").decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:200] if lines else "it says nothing"
