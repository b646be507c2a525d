"""The text from which an agency's schema is made.

Migrating an empty schema takes seconds, nearly all of them spent in Python on model states. So
it is done once for each set of migrations, in a scratch schema inside a transaction that is
rolled back, while every statement is recorded. Replaying the record takes a fraction of a second
inside any transaction, and makes the same schema because it is the same statements.

Source: ADR 0004; measurements in docs/architecture.md.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import ForeignKey
from psycopg import sql

from spotex.kernel.locks import busy, is_lock_timeout, set_lock_timeout
from spotex.kernel.tenancy import agency_scope
from tenants.migrating.executor import SchemaExecutor
from tenants.models import SchemaBlueprint

_SCRATCH: Final = "blueprint_scratch"
QUEUE_MILLISECONDS = 10_000
_LOCK: Final = 727_001
"""Advisory lock: one process renders or extends, the others wait for its row."""


def ensure_blueprint() -> list[str]:
    """Return the statements that make a schema of today's migrations, rendering them if new."""
    fingerprint = compute_fingerprint()
    found = SchemaBlueprint.objects.filter(fingerprint=fingerprint).first()
    if found is None:
        found = _render(fingerprint)
    statements: list[str] = json.loads(found.statements)
    return statements


@transaction.atomic
def extend_blueprint(added: Mapping[tuple[str, str], Sequence[str]]) -> bool:
    """Make today's blueprint from the one before some migrations, if there is one; tell so.

    Args:
        added: app and name of each migration → the statements it consisted of in an agency. They
            are all there is to it, nothing was done in Python, and they are the same everywhere:
            they were repeated in other agencies.

    Returns:
        Whether there is a blueprint of today; somebody else may have rendered it meanwhile.
    """
    if not added:
        return False
    _lock()
    if SchemaBlueprint.objects.filter(fingerprint=compute_fingerprint()).exists():
        return True
    former = [migration for migration in list_migrations() if migration not in added]
    base = SchemaBlueprint.objects.filter(fingerprint=_digest(former)).first()
    if base is None:
        return False
    more = [text for statements in added.values() for text in statements if _is_structure(text)]
    SchemaBlueprint.objects.create(
        fingerprint=compute_fingerprint(),
        statements=json.dumps([*json.loads(base.statements), *more]),
    )
    return True


@functools.cache
def compute_fingerprint() -> str:
    """Return a digest of the migrations that an agency's schema knows."""
    return _digest(list_migrations())


def _digest(migrations: Sequence[tuple[str, str]]) -> str:
    return hashlib.sha256(json.dumps(migrations).encode()).hexdigest()


def lock_shared_tables(*, for_building: bool = True) -> None:
    """Reserve the public tables that agencies' tables refer to, until the transaction ends.

    A new foreign key locks the table it points to. Two sign-ups that had both written a person
    before would wait for each other for ever; so this comes first, and they queue. A sign-up that
    builds nothing queues behind one that does, and shares the tables with everybody else.

    Raises:
        Busy: the queue is longer than ten seconds.
    """
    tables = ", ".join(f"public.{connection.ops.quote_name(name)}" for name in _list_targets())
    mode = "SHARE ROW EXCLUSIVE" if for_building else "ROW EXCLUSIVE"
    set_lock_timeout(QUEUE_MILLISECONDS)
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {tables} IN {mode} MODE")
    except OperationalError as error:
        if is_lock_timeout(error):
            raise busy() from error
        raise


def _list_targets() -> list[str]:
    """Every public table with a foreign key from an agency's schema, in one order for all."""
    own = set(list_tenant_tables())
    targets = {
        field.related_model._meta.db_table  # noqa: SLF001
        for model in apps.get_models()
        if model._meta.db_table in own  # noqa: SLF001
        for field in model._meta.concrete_fields  # noqa: SLF001
        if isinstance(field, ForeignKey)
    }
    return sorted(targets - own)


def build_schema(schema: str) -> None:
    """Make an agency's schema in the current transaction.

    Raises:
        django.db.ProgrammingError: the schema exists.
    """
    statements = ensure_blueprint()
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    with agency_scope(schema), connection.cursor() as cursor:
        cursor.execute(";\n".join(statements))
        cursor.executemany(
            "INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())",
            list_migrations(),
        )


@functools.cache
def list_migrations() -> list[tuple[str, str]]:
    """Every migration on disk: django-tenants records the shared ones in each schema as well.

    They do not change while a process runs.
    """
    return sorted(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def forget_migrations() -> None:
    """Look at the disk again: for tests that bring migrations of their own."""
    compute_fingerprint.cache_clear()
    list_migrations.cache_clear()


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


@transaction.atomic
def _render(fingerprint: str) -> SchemaBlueprint:
    _lock()
    found = SchemaBlueprint.objects.filter(fingerprint=fingerprint).first()
    if found is not None:
        return found
    statements = _record_migration()
    return SchemaBlueprint.objects.create(
        fingerprint=fingerprint,
        statements=json.dumps(statements),
    )


def _record_migration() -> list[str]:
    statements: list[str] = []
    with transaction.atomic():
        migrate_new_schema(_SCRATCH, recorder=_recorder(statements))
        transaction.set_rollback(True)
    return statements


def migrate_new_schema(schema: str, *, recorder: Callable[..., Any] | None = None) -> None:
    """Make a schema by running all migrations in it: seconds, and no blueprint is asked.

    Args:
        schema: its name.
        recorder: a wrapper around each statement of the migrations.

    Raises:
        django.db.ProgrammingError: the schema exists.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)))
    wrapped = connection.execute_wrapper(recorder) if recorder else nullcontext()
    with agency_scope(schema), wrapped:
        executor = SchemaExecutor()
        executor.run(executor.plan())


def _recorder(statements: list[str]) -> Callable[..., Any]:
    def record(
        execute: Callable[..., Any],
        statement: Any,
        params: Any,
        many: bool,  # noqa: FBT001  Django calls wrappers by position
        context: dict[str, Any],
    ) -> Any:
        text = str(statement)
        if _is_structure(text):
            statements.append(context["cursor"].mogrify(text, params) if params else text)
        return execute(statement, params, many, context)

    return record


def _is_structure(statement: str) -> bool:
    return statement.lstrip().upper().startswith(("CREATE", "ALTER", "COMMENT", "DROP"))


def list_tenant_tables() -> list[str]:
    """Return the names of the tables that every agency's schema has."""
    labels = {apps.get_containing_app_config(name) for name in settings.TENANT_APPS}
    return sorted(
        model._meta.db_table  # noqa: SLF001
        for config in labels
        if config is not None
        for model in config.get_models(include_auto_created=True)
    )
