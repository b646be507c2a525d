"""Replaying recorded migrations in another schema: one message, and trip, for each migration."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import OperationalError, ProgrammingError, connection
from psycopg import sql

from spotex.kernel.locks import sqlstate_of
from spotex.kernel.tenancy import agency_scope
from tenants.migrating.record import LOCK_SECONDS, MigrationFailed, Step, describe_error

ATTEMPTS: Final = 3
PAUSE_SECONDS: Final = 0.5
_ALREADY: Final = "ZS001"
_BUSY: Final = {"55P03", "40P01"}  # lock not available, deadlock

_GUARD: Final = sql.SQL("""
    SET LOCAL lock_timeout = {patience};
    DO $guard$ BEGIN
        IF current_schema() = 'public' THEN
            RAISE EXCEPTION 'the schema is not there';
        END IF;
        LOCK TABLE django_migrations IN SHARE ROW EXCLUSIVE MODE;
        IF EXISTS (SELECT FROM django_migrations WHERE app = {app} AND name = {migration}) THEN
            RAISE EXCEPTION 'applied already' USING ERRCODE = {already};
        END IF;
    END $guard$;
""")
_NOTE: Final = sql.SQL("""
    ; INSERT INTO django_migrations (app, name, applied) VALUES ({app}, {migration}, now());
    INSERT INTO public.tenants_schemamigration
        (created_at, updated_at, run, agency_id, schema, migration, error)
    SELECT now(), now(), {run}, id, schema_name, {label}, ''
    FROM public.tenants_agency WHERE schema_name = current_schema()::text
""")


@dataclass(frozen=True, kw_only=True)
class Message:
    """One recorded migration with everything around it: the same text for every schema."""

    label: str
    text: str


def compose_messages(steps: list[Step], *, run: UUID) -> list[Message]:
    """Return what is sent to each schema for these migrations."""
    return [Message(label=str(step), text=_compose(step, run=run)) for step in steps]


def replay(schema: str, messages: list[Message]) -> None:
    """Apply recorded migrations to a schema, each in a transaction of its own.

    Raises:
        MigrationFailed: a migration failed; those before it are applied.
    """
    for message in messages:
        try:
            _send(schema, message.text)
        except Exception as error:
            raise MigrationFailed(message.label, describe_error(error)) from error


def _compose(step: Step, *, run: UUID) -> str:
    values = {
        "app": sql.Literal(step.app),
        "migration": sql.Literal(step.name),
        "label": sql.Literal(str(step)),
        "already": sql.Literal(_ALREADY),
        "run": sql.Literal(str(run)),
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
