"""Migrating all schemas: the public one first, then agencies, group by group."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from uuid import UUID, uuid4

from django.db import connection

from tenants.blueprint import ensure_blueprint, extend_blueprint
from tenants.migrating.record import MigrationFailed, Step, migrate_schema
from tenants.migrating.replay import Message, compose_messages, replay
from tenants.migrating.scan import SchemaState, compute_current_fingerprint, scan_schemas
from tenants.models import SchemaMigration
from tenants.spares import drop_outdated_spares

Work = Callable[[SchemaState], None]
Tell = Callable[[str], None]


@dataclass(kw_only=True)
class Failure:
    """One schema that could not be migrated, and why."""

    state: SchemaState
    migration: str
    reason: str


@dataclass(kw_only=True)
class Report:
    """What one run did."""

    run: UUID = field(default_factory=uuid4)
    migrated: list[SchemaState] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


def is_platform_there() -> bool:
    """Tell whether the database was ever migrated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.tenants_agency') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def find_outdated() -> list[SchemaState]:
    """Return the schemas that do not know today's migrations, the public one first."""
    current = compute_current_fingerprint()
    return [state for state in scan_schemas() if state.fingerprint != current]


def migrate_agencies(outdated: Iterable[SchemaState], *, threads: int, tell: Tell) -> Report:
    """Bring agencies' schemas up to date; a failure in one does not stop the others.

    Args:
        outdated: what the scan found; the public schema is up to date already.
        threads: how many schemas at once; 1 works in the caller's thread and connection.
        tell: says what happens.
    """
    report = Report()
    drop_outdated_spares()
    groups: dict[str, list[SchemaState]] = defaultdict(list)
    for state in outdated:
        groups[state.fingerprint if state.exists else "?"].append(state)
    for state in groups.pop("?", []):
        _note_failure(report, state, MigrationFailed("?", "the schema is not there"))
    recorded: list[list[Step]] = []
    for members in groups.values():
        tell(f"{len(members)} agencies know the same migrations.")
        recorded.append(_migrate_group(members, report=report, threads=threads))
    if report.failed or not any(extend_blueprint(_by_migration(steps)) for steps in recorded):
        ensure_blueprint()
    return report


def _by_migration(steps: list[Step]) -> dict[tuple[str, str], list[str]]:
    return {(step.app, step.name): step.statements for step in steps}


def _migrate_group(members: list[SchemaState], *, report: Report, threads: int) -> list[Step]:
    """Migrate equal schemas: the first that succeeds is recorded, the others repeat it.

    Returns:
        What was recorded; nothing if it was repeated nowhere else. One agency alone may have been
        changed by hand, and then what was recorded is not what the migrations say.
    """
    waiting = list(members)
    while waiting:
        first = waiting.pop(0)
        try:
            recording = migrate_schema(first.schema)
        except MigrationFailed as failure:
            _note_failure(report, first, failure)
            continue
        _note_success(report, first, recording.steps)
        if not recording.is_complete or not first.fingerprint:
            continue
        messages = compose_messages(recording.steps, run=report.run)
        _for_each(waiting, _Repetition(report, messages), threads=threads)
        return recording.steps if waiting else []
    return []


class _Repetition:
    """Repeats what was recorded in one schema after the other, from several threads."""

    def __init__(self, report: Report, messages: list[Message]) -> None:
        self._report = report
        self._messages = messages
        self._lock = threading.Lock()

    def __call__(self, state: SchemaState) -> None:
        try:
            replay(state.schema, self._messages)
        except MigrationFailed as failure:
            with self._lock:
                _note_failure(self._report, state, failure)
        else:
            with self._lock:
                self._report.migrated.append(state)


def _for_each(states: list[SchemaState], work: Work, *, threads: int) -> None:
    if threads == 1:
        for state in states:
            work(state)
        return
    queue: SimpleQueue[SchemaState] = SimpleQueue()
    for state in states:
        queue.put(state)
    with ThreadPoolExecutor(threads) as pool:
        for future in [pool.submit(_work_off, queue, work) for _ in range(threads)]:
            future.result()


def _work_off(queue: SimpleQueue[SchemaState], work: Work) -> None:
    """Take schemas from the queue until it is empty, on one connection."""
    try:
        while True:
            work(queue.get_nowait())
    except Empty:
        return
    finally:
        connection.close()


def _note_success(report: Report, state: SchemaState, steps: list[Step]) -> None:
    report.migrated.append(state)
    SchemaMigration.objects.bulk_create(
        SchemaMigration(
            run=report.run,
            agency_id=state.agency_id,
            schema=state.schema,
            migration=str(step),
        )
        for step in steps
    )


def _note_failure(report: Report, state: SchemaState, failure: MigrationFailed) -> None:
    connection.close_if_unusable_or_obsolete()  # it may be what failed
    report.failed.append(Failure(state=state, migration=failure.migration, reason=failure.reason))
    SchemaMigration.objects.create(
        run=report.run,
        agency_id=state.agency_id,
        schema=state.schema,
        migration=failure.migration,
        error=failure.reason,
    )
