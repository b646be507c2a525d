from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import environ
import psycopg
import pytest
from django.db import connection, connections

from spotex.postgresql.base import DatabaseWrapper
from spotex.postgresql.tests.servers import find_older_binaries, running_server
from spotex.runtime.parts.pgbouncer import find_pgbouncer
from spotex.runtime.pgbouncer import running_pgbouncer

ONE, TWO = "probe_one", "probe_two"
ALIAS = "probe"
SERVERS = (
    "reporting",
    "silent",
    "pooled",
    pytest.param("pgbouncer", marks=pytest.mark.pgbouncer),
)
POOL_SIZE = 4


@pytest.fixture(scope="session")
def older_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server that does not report its search path."""
    binaries = find_older_binaries()
    if binaries is None:
        pytest.skip("the wheel brings no PostgreSQL below 18")
    with running_server(binaries, tmp_path_factory.mktemp("older")) as url:
        yield url


@pytest.fixture
def pgbouncer_settings(tmp_path: Path, db: None) -> Iterator[dict[str, Any]]:
    """Settings of a database behind PgBouncer in transaction mode."""
    program = find_pgbouncer()
    if program is None:
        if os.environ.get("SPOTEX_CI"):
            pytest.fail("PgBouncer is missing")
        pytest.skip("PgBouncer is not installed")
    direct = connection.settings_dict
    server = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format_map(direct)
    with running_pgbouncer(program, tmp_path, server_url=server, pool_size=POOL_SIZE) as url:
        yield {
            **direct,
            **environ.Env.db_url_config(url),
            "ENGINE": direct["ENGINE"],
            "OPTIONS": {},
            "POOLER": "transaction",
        }


@pytest.fixture(params=SERVERS)
def probe(request: pytest.FixtureRequest, db: None) -> Iterator[DatabaseWrapper]:
    """A connection of its own to a server of each kind, with one table in each of two schemas."""
    settings = dict(connection.settings_dict)
    if request.param == "silent":
        settings |= environ.Env.db_url_config(request.getfixturevalue("older_server"))
        settings |= {"ENGINE": "spotex.postgresql", "OPTIONS": {}}
    if request.param == "pooled":
        settings["POOLER"] = "transaction"
    if request.param == "pgbouncer":
        settings = request.getfixturevalue("pgbouncer_settings")
    with serving(settings) as wrapper:
        yield wrapper


@contextmanager
def serving(settings: dict[str, Any]) -> Iterator[DatabaseWrapper]:
    """Make the two schemas and this thread's alias ``probe``; leave nothing behind."""
    wrapper = DatabaseWrapper(settings, ALIAS)
    connections[ALIAS] = wrapper
    try:
        with wrapper.cursor() as cursor:
            for statement in _SETTING_UP:
                cursor.execute(statement)
        wrapper.close()
        yield wrapper
    finally:
        wrapper.close()
        with wrapper.cursor() as cursor:
            cursor.execute(_TEARING_DOWN)
        wrapper.close()
        del connections[ALIAS]


_TEARING_DOWN = f"DROP SCHEMA IF EXISTS {ONE}, {TWO} CASCADE; DROP TABLE IF EXISTS probe_shared"
_SETTING_UP = (
    _TEARING_DOWN,
    f"CREATE SCHEMA {ONE}; CREATE TABLE {ONE}.note (text text); INSERT INTO {ONE}.note VALUES ('{ONE}')",
    f"CREATE SCHEMA {TWO}; CREATE TABLE {TWO}.note (text text); INSERT INTO {TWO}.note VALUES ('{TWO}')",
    "CREATE TABLE probe_shared (text text); INSERT INTO probe_shared VALUES ('all')",
)


class Wire:
    """What a connection really sends, as the driver's library traces it."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._server = connection.pgconn

    def __enter__(self) -> list[str]:
        self._file = tempfile.TemporaryFile("w+")
        self.messages: list[str] = []
        self._server.trace(self._file.fileno())
        self._server.set_trace_flags(psycopg.pq.Trace.SUPPRESS_TIMESTAMPS)
        return self.messages

    def __exit__(self, *_: object) -> None:
        self._server.untrace()
        self._file.seek(0)
        lines = [line.rstrip("\n").split("\t") for line in self._file]
        self.messages += [parts[-1].strip()[1:-1] for parts in lines if parts[:1] == ["F"]]
        self._file.close()


def read(wrapper: DatabaseWrapper, statement: str = "SELECT text FROM note", *params: Any) -> Any:
    """Return the first column of a query's rows."""
    with wrapper.cursor() as cursor:
        cursor.execute(statement, params or None)
        return [row[0] for row in cursor.fetchall()]
