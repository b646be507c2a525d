"""Which schema the code that runs now means, kept with the code and not with a connection.

A context variable belongs to one thread or one asynchronous task, and goes along into the threads
that such a task waits for. A new thread begins outside every agency.
"""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django_tenants.postgresql_backend.base import is_valid_schema_name

PUBLIC_SCHEMA: Final = "public"
_KEPT_PATHS: Final = 4_096
_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_$]*\Z")


@dataclass(frozen=True, slots=True)
class SearchPath:
    """Where PostgreSQL looks for a table: the agency's schema, then what all agencies share."""

    schema: str
    with_public: bool
    sql: str
    reported: bytes
    """How a server that reports its search path writes this one."""


@lru_cache(maxsize=_KEPT_PATHS)
def find_path(schema: str, *, with_public: bool = True) -> SearchPath:
    """Return the search path of a schema.

    Raises:
        ValueError: no schema can have this name.
    """
    if not is_valid_schema_name(schema):
        raise ValueError(f"{schema!r} cannot be the name of a schema.")
    names = [schema]
    if with_public and schema != PUBLIC_SCHEMA:
        names.append(PUBLIC_SCHEMA)
    return SearchPath(
        schema=schema,
        with_public=with_public,
        sql=", ".join(f'"{name}"' for name in names),
        reported=", ".join(name if _PLAIN.match(name) else f'"{name}"' for name in names).encode(),
    )


OUTSIDE: Final = find_path(PUBLIC_SCHEMA)
"""No agency at all: shared tables only, so that a forgotten scope finds no table of an agency."""

_current: ContextVar[SearchPath] = ContextVar("search_path", default=OUTSIDE)

read_path = _current.get
"""Return the search path of the code that runs now."""


def change_path(path: SearchPath) -> None:
    """Make this the search path of the code that runs now."""
    _current.set(path)
