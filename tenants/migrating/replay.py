"""Replaying recorded migrations in another schema: one message, and trip, for each migration."""

from __future__ import annotations

import time
from typing import Final
from uuid import UUID

from django.db import OperationalError, ProgrammingError, connection
from psycopg import sql

from spotex.kernel.locks import sqlstate_of
from spotex.kernel.tenancy import agency_scope
from tenants.migrating.record import LOCK_SECONDS, MigrationFailed, Step, describe_error
from tenants.migrating.scan import SchemaState

ATTEMPTS: Final = 3
PAUSE_SECONDS: Final = 0.5
_ALREADY: Final = "ZS001"
_BUSY: Final = {"55P03", "40P01"}  # lock not available, deadlock

_GUARD: Final = sql.SQL("""
    SET LOCAL lock_timeout = {patience};
    LOCK TABLE {schema}.django_migrations IN SHARE ROW EXCLUSIVE MODE;
    DO $guard$ BEGIN
        IF current_schema() IS DISTINCT FROM {name} THEN
            RAISE EXCEPTION 'the schema is not there';
        END IF;
        IF EXISTS (SELECT FROM {schema}.django_migrations WHERE app = {app} AND name = {migration})
        THEN
            RAISE EXCEPTION 'applied already' USING ERRCODE = {already};
        END IF;
    END $guard$;
""")
_NOTE: Final = sql.SQL("""
    ; INSERT INTO {schema}.django_migrations (app, name, applied) VALUES ({app}, {migration}, now());
    INSERT INTO public.tenants_schemamigration
        (created_at, updated_at, run, agency_id, schema, migration, error)
    VALUES (now(), now(), {run}, {agency}, {name}, {label}, '')
""")


def replay_steps(state: SchemaState, steps: list[Step], *, run: UUID) -> None:
    """Apply recorded migrations to a schema, each in a transaction of its own.

    Raises:
        MigrationFailed: a migration failed; those before it are applied.
    """
    for step in steps:
        message = _compose(state, step, run=run)
        try:
            _send(state.schema, message)
        except Exception as error:
            raise MigrationFailed(str(step), describe_error(error)) from error


def _compose(state: SchemaState, step: Step, *, run: UUID) -> str:
    values = {
        "schema": sql.Identifier(state.schema),
        "name": sql.Literal(state.schema),
        "app": sql.Literal(step.app),
        "migration": sql.Literal(step.name),
        "label": sql.Literal(str(step)),
        "already": sql.Literal(_ALREADY),
        "run": sql.Literal(str(run)),
        "agency": sql.Literal(state.agency_id),
        "patience": sql.Literal(f"{LOCK_SECONDS * 1_000:.0f}ms"),
    }
    guard, note = (part.format(**values).as_string(None) for part in (_GUARD, _NOTE))
    return guard + ";\n".join(step.statements) + note


def _send(schema: str, message: str) -> None:
    """Run a message in a schema; try again when somebody else was in the way.

    A message of several statements is a transaction of its own. Two runs of the command may meet: what the other one applied already is passed by.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with agency_scope(schema), connection.cursor() as cursor:
                cursor.execute(message)
        except (OperationalError, ProgrammingError) as error:
            if sqlstate_of(error) not in _BUSY or attempt == ATTEMPTS:
                raise
            time.sleep(PAUSE_SECONDS)
        except Exception as error:
            if getattr(error.__cause__, "sqlstate", "") == _ALREADY:
                return
            raise
        else:
            return
