"""Migrating one schema with Django's executor, writing down what it does.

The record is the statements themselves, so replaying it in a schema that knows the same migrations
does the same. Whatever is more than statements on the schema's own tables (Python, SQL written by
hand, anything not listed here) is not replayed: Django's executor then does each schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.migrations import Migration, operations
from django.db.migrations.recorder import MigrationRecorder

from spotex.kernel.tenancy import agency_scope
from tenants.migrating.executor import SchemaExecutor, has_tables_here

LOCK_SECONDS: Final = 5
_PLAIN: Final = (
    operations.CreateModel,
    operations.DeleteModel,
    operations.RenameModel,
    operations.AlterModelTable,
    operations.AlterModelOptions,
    operations.AlterModelManagers,
    operations.AlterUniqueTogether,
    operations.AlterIndexTogether,
    operations.AddField,
    operations.AlterField,
    operations.RemoveField,
    operations.RenameField,
    operations.AddIndex,
    operations.RemoveIndex,
    operations.RenameIndex,
    operations.AddConstraint,
    operations.RemoveConstraint,
)
_CHANGES: Final = re.compile(
    r"\s*(CREATE|ALTER|DROP|COMMENT|UPDATE|SET CONSTRAINTS)\b", re.IGNORECASE
)
_HARMLESS: Final = re.compile(
    r"\s*(SELECT|SAVEPOINT|RELEASE|SET (LOCAL )?(search_path|lock_timeout)\b"
    r"|INSERT INTO \"django_migrations\")|\s*$",
    re.IGNORECASE,
)


@dataclass(kw_only=True)
class Step:
    """One migration: its name and the statements it consists of."""

    app: str
    name: str
    statements: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.app}.{self.name}"


@dataclass(kw_only=True)
class Recording:
    """What one schema's migration consisted of; ``is_complete`` when it can be replayed."""

    steps: list[Step] = field(default_factory=list)
    is_complete: bool = True

    def begin(self, action: str, migration: Any = None, fake: Any = None) -> None:  # noqa: ARG002  Django's signature
        """Open the page of the next migration."""
        if action == "apply_start" and migration is not None:
            self.steps.append(Step(app=migration.app_label, name=migration.name))

    def write(
        self,
        execute: Callable[..., Any],
        statement: Any,
        params: Any,
        many: bool,  # noqa: FBT001  Django calls wrappers by position
        context: dict[str, Any],
    ) -> Any:
        """Write a statement down and let it pass."""
        text = str(statement)
        if self.steps and _CHANGES.match(text):
            done = context["cursor"].mogrify(text, params) if params else text
            self.steps[-1].statements.append(done)
        elif not _HARMLESS.match(text):
            self.is_complete = False
        return execute(statement, params, many, context)


class MigrationFailed(Exception):
    """A migration could not be applied to a schema."""

    def __init__(self, migration: str, reason: str) -> None:
        super().__init__(f"{migration}: {reason}")
        self.migration = migration
        self.reason = reason


def migrate_schema(schema: str) -> Recording:
    """Bring one schema up to date with Django's executor; return what it did.

    Raises:
        MigrationFailed: a migration failed; those before it are applied.
    """
    recording = Recording()
    with agency_scope(schema), quick_recorder(), _impatient():
        executor = SchemaExecutor(recording.begin)
        plan = executor.plan()
        recording.is_complete = all(_is_plain(migration) for migration, _backwards in plan)
        try:
            with connection.execute_wrapper(recording.write):
                executor.run(plan)
        except Exception as error:
            reached = str(recording.steps[-1]) if recording.steps else "?"
            raise MigrationFailed(reached, describe_error(error)) from error
    written = [text for step in recording.steps for text in step.statements]
    recording.is_complete &= not any(schema in text for text in written)
    return recording


def describe_error(error: BaseException) -> str:
    """Return kind and text of an error in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def _is_plain(migration: Migration) -> bool:
    """Tell whether a migration is only statements that another schema can repeat."""
    if not has_tables_here(migration):
        return True
    plain = all(isinstance(operation, _PLAIN) for operation in migration.operations)
    return plain and migration.atomic and not migration.replaces


@contextmanager
def _impatient() -> Iterator[None]:
    """Fail rather than wait behind somebody who holds a table, with everybody else behind us."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_SECONDS}s'")
    try:
        yield
    finally:
        connection.close_if_unusable_or_obsolete()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")


@contextmanager
def quick_recorder() -> Iterator[None]:
    """Let Django ask for its one table, not for the names of all tables of all agencies."""
    original = MigrationRecorder.has_table
    MigrationRecorder.has_table = _has_table  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        MigrationRecorder.has_table = original  # type: ignore[method-assign]


def _has_table(recorder: MigrationRecorder) -> bool:
    with recorder.connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(quote_ident(current_schema()) || '.django_migrations')")
        return cursor.fetchone()[0] is not None
