"""Cursors that see to the search path before each statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql.base import CursorMixin
from psycopg import ClientCursor, Copy

from spotex.postgresql.keepers import PathKeeper
from spotex.postgresql.scope import SearchPath
from spotex.postgresql.statements import is_transaction_control, must_stand_alone


class AgencyCursor(CursorMixin, ClientCursor[Any]):
    """Sends the agency's search path inside the statement's own message, when it has to be sent.

    Django's cursors bind parameters on the client and speak the simple protocol, in which one
    message may hold several statements: the path costs no round trip.
    """

    keeper: PathKeeper | None = None
    """None on cursors that the driver makes for itself; they ask for nothing of an agency."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> AgencyCursor:
        """Execute a statement in the schema of the code that runs now."""
        keeper = self.keeper
        path = None if keeper is None else keeper.find_missing()
        if keeper is None or path is None:
            super().execute(query, params, **options)
        else:
            self._execute_with(path, self.mogrify(query, params), keeper=keeper)
        if keeper is not None:
            keeper.heed(query)
        return self

    def _execute_with(self, path: SearchPath, text: str, *, keeper: PathKeeper) -> None:
        if is_transaction_control(text):
            super().execute(text)
        elif keeper.is_idle() and must_stand_alone(text):
            keeper.send_ahead_of(path, text)
            super().execute(text)
        else:
            keeper.forget()
            super().execute(f"{keeper.command}{path.sql};{text}")
            keeper.note(path)
            self.nextset()  # over the answer to SET

    def executemany(
        self, query: Any, params_seq: Iterable[Any], *, returning: bool = False
    ) -> None:
        """Execute a statement many times in the schema of the code that runs now."""
        with self._held():
            super().executemany(query, params_seq, returning=returning)

    def stream(self, query: Any, params: Any = None, **options: Any) -> Iterator[Any]:
        """Yield rows as they arrive; the schema is the one of the first row's moment."""
        with self._held():
            yield from super().stream(query, params, **options)

    @contextmanager
    def copy(self, statement: Any, params: Any = None, **options: Any) -> Iterator[Copy]:
        """Copy rows in or out in the schema of the code that runs now."""
        with self._held(), super().copy(statement, params, **options) as copy:
            yield copy

    @contextmanager
    def _held(self) -> Iterator[None]:
        if self.keeper is None:
            yield
            return
        with self.keeper.held():
            yield
