"""The connection that Django opens: ``ENGINE = "spotex.postgresql"``.

It is django-tenants' backend with three differences. Which agency is meant is asked of the code
that runs, not of the connection. The search path travels with the first statement that needs it.
And a connection is closed after it served too many agencies: the server process behind it keeps
what it learns about every table, for as long as it lives.

Settings beside Django's own in ``DATABASES``: ``POOLER`` ("" or "transaction"),
``AGENCIES_PER_CONNECTION``.

Source: ADR 0015.
"""

from __future__ import annotations

import select
import time
from typing import Any, Final

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import NotSupportedError
from django.db.backends.postgresql.base import DatabaseWrapper as PostgresWrapper
from django.utils.asyncio import async_unsafe
from django_tenants.postgresql_backend.base import DatabaseWrapper as TenantWrapper
from django_tenants.postgresql_backend.base import FakeTenant

from spotex.postgresql.cursors import AgencyCursor
from spotex.postgresql.introspection import AgencyIntrospection
from spotex.postgresql.keepers import PathKeeper, RememberedPath, ReportedPath, TransactionPath
from spotex.postgresql.scope import OUTSIDE, change_path, find_path, read_path

POOLERS: Final = ("", "transaction")
AGENCIES_PER_CONNECTION: Final = 150
REPORTS_PATH_SINCE: Final = 180_000
TRUSTED_SECONDS: Final = 30.0
"""How long a connection that heard nothing from its server is believed to be alive."""


class DatabaseWrapper(TenantWrapper):  # type: ignore[misc]  # it comes without types
    """A connection that always looks into the schema of the code that uses it."""

    introspection_class = AgencyIntrospection
    health_check_done: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # django-tenants' own would put the thread back into the public schema here.
        PostgresWrapper.__init__(self, *args, **kwargs)
        self.keeper: PathKeeper | None = None
        self._quiet_since = 0.0

    @property
    def schema_name(self) -> str:
        """The schema of the code that runs now; django-tenants asks for it in many places."""
        return read_path().schema

    @property
    def include_public_schema(self) -> bool:
        """Tell whether shared tables are in sight."""
        return read_path().with_public

    @property
    def tenant(self) -> FakeTenant:
        """What django-tenants calls the tenant: here only its name is known."""
        return FakeTenant(schema_name=self.schema_name)

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:  # noqa: FBT001, FBT002
        """Change the schema for django-tenants' own commands, which do it through here."""
        change_path(find_path(tenant.schema_name, with_public=include_public))

    def set_schema_to_public(self) -> None:
        """Go out of every agency, for django-tenants' own commands."""
        change_path(OUTSIDE)

    def _handle_search_path(self, cursor: Any = None) -> None:
        """Leave it to the cursors: django-tenants sends a statement of its own here."""

    # --- Opening ------------------------------------------------------------------------------

    @property
    def is_pooled(self) -> bool:
        """Tell whether a pooler gives each transaction another server process."""
        return bool(self.settings_dict.get("POOLER"))

    def check_settings(self) -> None:
        """Refuse settings with which a statement could reach the wrong schema.

        Raises:
            ImproperlyConfigured: the message names the setting.
        """
        super().check_settings()
        options = self.settings_dict["OPTIONS"]
        if options.get("server_side_binding"):
            raise ImproperlyConfigured("server_side_binding does not work with schemas.")
        if options.get("pool"):
            raise ImproperlyConfigured("A pool in the process would not count agencies: no pool.")
        if self.settings_dict.get("POOLER", "") not in POOLERS:
            raise ImproperlyConfigured(f"POOLER may be one of {POOLERS}.")
        if self.is_pooled and (options.get("assume_role") or options.get("prepare_threshold")):
            raise ImproperlyConfigured(
                "assume_role and prepare_threshold live in a session; a pooler has none to offer."
            )

    def get_connection_params(self) -> dict[str, Any]:
        """Return what the driver needs, with the cursor that knows about schemas."""
        return {**super().get_connection_params(), "cursor_factory": AgencyCursor}

    @async_unsafe
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open a connection, of which nothing is known yet."""
        connection = super().get_new_connection(conn_params)
        self.keeper = self._choose_keeper(connection)
        return connection

    def _choose_keeper(self, connection: psycopg.Connection[Any]) -> PathKeeper:
        if self.is_pooled:
            return TransactionPath(connection)
        if connection.info.server_version >= REPORTS_PATH_SINCE:
            return ReportedPath(connection)
        return RememberedPath(connection)

    @async_unsafe
    def create_cursor(self, name: str | None = None) -> Any:
        """Make a cursor; one with a name lives in the server and gets its schema now.

        Raises:
            NotSupportedError: a named cursor behind a pooler.
        """
        if name and self.is_pooled:
            raise NotSupportedError("A pooler keeps no named cursors: DISABLE_SERVER_SIDE_CURSORS.")
        cursor = super().create_cursor(name)
        if not name:
            cursor.keeper = self.keeper
        elif self.keeper is not None:
            with self.keeper.held():
                pass
        return cursor

    def _rollback(self) -> None:
        super()._rollback()
        if self.keeper is not None:
            self.keeper.forget()

    # --- Closing ------------------------------------------------------------------------------

    @property
    def is_worn(self) -> bool:
        """Tell whether the server process has learnt of as many agencies as it may."""
        budget = self.settings_dict.get("AGENCIES_PER_CONNECTION", AGENCIES_PER_CONNECTION)
        return self.keeper is not None and len(self.keeper.agencies) > budget

    def close_if_worn(self) -> None:
        """Close the connection between two agencies, if it has served too many."""
        if self.connection is None or not self.is_worn or self.in_atomic_block:
            return
        if self.autocommit:  # else somebody holds a transaction by hand
            self.close()

    def close_if_unusable_or_obsolete(self) -> None:
        """Close the connection at the end of a request or task, if it is worn or too old."""
        self.close_if_worn()
        super().close_if_unusable_or_obsolete()
        self._quiet_since = time.monotonic()

    def close_if_health_check_failed(self) -> None:
        """Notice a dead connection before its first use, mostly without asking the server.

        A server that ends a session says so: as long as nothing waits to be read, it lives. One
        that vanished says nothing, so after a longer pause it is asked.
        """
        if self.connection is None or not self.health_check_enabled or self.health_check_done:
            return
        if time.monotonic() - self._quiet_since < TRUSTED_SECONDS and self._is_quiet():
            self.health_check_done = True
            return
        super().close_if_health_check_failed()

    def _is_quiet(self) -> bool:
        try:
            poll = select.poll()
            poll.register(self.connection.fileno(), select.POLLIN)
        except psycopg.Error:
            return False
        return not poll.poll(0)
