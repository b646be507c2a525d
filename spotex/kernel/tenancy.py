"""The only way into an agency's schema.

Which schema is meant is a context variable: it belongs to the code that runs (a thread, a task)
and not to a connection, which may serve another thread next. The database backend reads it before
every statement. See ADR 0003 and ADR 0015.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, cast

from django.db import connection

from spotex.postgresql import scope
from spotex.postgresql.base import DatabaseWrapper

PUBLIC_SCHEMA = scope.PUBLIC_SCHEMA


class HasSchema(Protocol):
    """An agency, or any snapshot of one."""

    @property
    def schema_name(self) -> str:
        """Name of the schema."""


def current_schema() -> str:
    """Return the name of the schema that queries of this code go to."""
    return scope.read_path().schema


def enter_schema(schema: str) -> None:
    """Send what follows in this thread or task to a schema, until the next call.

    For the two places that cannot use a block: the middleware and the API's authentication,
    both undone by the middleware at the end of the request.
    """
    scope.change_path(scope.find_path(schema))


@contextmanager
def agency_scope(agency: HasSchema | str) -> Iterator[None]:
    """Run a block inside one agency's schema (or ``public``) and go back afterwards."""
    before = scope.read_path()
    enter_schema(agency if isinstance(agency, str) else agency.schema_name)
    try:
        yield
    finally:
        scope.change_path(before)
        cast("DatabaseWrapper", connection).close_if_worn()
