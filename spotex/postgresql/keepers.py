"""What one connection's search path is, and what has to be sent before the next statement.

Three keepers for three kinds of servers. Each is asked before every statement, so the answer "it
is right already" must cost next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar, Final

import psycopg
from django.db import NotSupportedError
from psycopg.pq import TransactionStatus

from spotex.postgresql.scope import PUBLIC_SCHEMA, SearchPath, read_path
from spotex.postgresql.statements import may_unsettle

_IDLE: Final = TransactionStatus.IDLE
_FAILED: Final = TransactionStatus.INERROR
_PARAMETER: Final = b"search_path"


class PathKeeper:
    """Base of the three: sends the path and counts the agencies that a connection has seen."""

    command: ClassVar[str] = "SET search_path = "

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.agencies: set[str] = set()
        """Every schema whose tables the server process behind the connection remembers."""

    def find_missing(self) -> SearchPath | None:
        """Return the path to send before the next statement, None when it is there already."""
        raise NotImplementedError

    def note(self, path: SearchPath) -> None:
        """Remember that a path was sent and accepted."""
        self.agencies.add(path.schema)

    def forget(self) -> None:
        """Trust nothing that was sent before."""

    def heed(self, statement: Any) -> None:
        """Look at a statement that was executed: it may have changed the path."""

    def is_idle(self) -> bool:
        """Tell whether the next statement is outside every transaction."""
        return self.connection.autocommit and self.connection.pgconn.transaction_status == _IDLE

    def send(self, path: SearchPath) -> None:
        """Send the path in a message of its own."""
        psycopg.ClientCursor(self.connection).execute(self.command + path.sql)
        self.note(path)

    def send_ahead_of(self, path: SearchPath, statement: str) -> None:  # noqa: ARG002
        """Send the path before a statement that must be alone in its message."""
        self.send(path)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have the right path for a conversation of several messages."""
        path = self.find_missing()
        if path is not None:
            self.send(path)
        yield


class ReportedPath(PathKeeper):
    """The server tells each change of its path, a rollback's too (PostgreSQL 18 and later)."""

    def find_missing(self) -> SearchPath | None:
        """Compare what the server told last."""
        path = read_path()
        server = self.connection.pgconn
        if server.parameter_status(_PARAMETER) == path.reported:
            return None
        return None if server.transaction_status == _FAILED else path


class RememberedPath(PathKeeper):
    """The server is silent: keep books, and close them whenever a change may be undone."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        super().__init__(connection)
        self._known: SearchPath | None = None
        self._until_end = False  # it was sent inside a transaction, which may be rolled back

    def find_missing(self) -> SearchPath | None:
        """Compare what was sent last."""
        status = self.connection.pgconn.transaction_status
        if self._until_end and status == _IDLE:
            self.forget()
        path = read_path()
        return None if path is self._known or status == _FAILED else path

    def note(self, path: SearchPath) -> None:
        """Remember what was sent, and whether the end of the transaction puts it in doubt."""
        super().note(path)
        self._known = path
        self._until_end = self.connection.pgconn.transaction_status != _IDLE

    def forget(self) -> None:
        """Send it again before the next statement."""
        self._known = None
        self._until_end = False

    def heed(self, statement: Any) -> None:
        """Forget after every statement that could have undone the setting."""
        if may_unsettle(statement):
            self.forget()


class TransactionPath(RememberedPath):
    """A pooler gives each transaction another server process: nothing outlives a transaction.

    A single statement travels with its path in one message, which is a transaction; inside a
    transaction the path is sent once.
    """

    command = "SET LOCAL search_path = "

    def find_missing(self) -> SearchPath | None:
        """Send it with the first statement of every transaction."""
        if self.connection.pgconn.transaction_status == _IDLE:
            return read_path()
        return super().find_missing()

    def send_ahead_of(self, path: SearchPath, statement: str) -> None:
        """Let statements pass that name nothing of an agency.

        Raises:
            NotSupportedError: the statement would look into whatever schema comes.
        """
        if path.schema != PUBLIC_SCHEMA:
            raise NotSupportedError(
                f"Behind a transaction pooler this cannot run in {path.schema}: {statement[:60]}"
            )

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep one transaction, and so one server process, for the whole conversation."""
        if not self.is_idle():
            with super().held():
                yield
            return
        with self.connection.transaction():
            self.send(read_path())
            yield
