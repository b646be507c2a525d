"""The only way into an agency's schema.

django-tenants keeps the current tenant on the database connection. Its own context managers
share state between threads when used as ``with tenant:`` or as a decorator (both are banned, see
ADR 0003); this one keeps the previous tenant in a local variable.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, cast

from django.db import connection
from django_tenants.postgresql_backend.base import DatabaseWrapper

PUBLIC_SCHEMA = "public"


class HasSchema(Protocol):
    """An agency, or any snapshot of one."""

    @property
    def schema_name(self) -> str:
        """Name of the schema."""


def tenant_connection() -> DatabaseWrapper:
    """Return this thread's connection with the type that knows about schemas."""
    return cast("DatabaseWrapper", connection)


def current_schema() -> str:
    """Return the name of the schema that queries of this thread go to."""
    return str(tenant_connection().schema_name)


def enter_schema(schema: str) -> None:
    """Point this thread's connection at a schema, until the next call.

    For the two places that cannot use a block: the middleware and the API's authentication,
    both undone by the middleware at the end of the request.
    """
    if schema == PUBLIC_SCHEMA:
        tenant_connection().set_schema_to_public()
    else:
        tenant_connection().set_schema(schema)


@contextmanager
def agency_scope(agency: HasSchema | str) -> Iterator[None]:
    """Run a block inside one agency's schema (or ``public``) and go back afterwards."""
    before = current_schema()
    enter_schema(agency if isinstance(agency, str) else agency.schema_name)
    try:
        yield
    finally:
        enter_schema(before)
