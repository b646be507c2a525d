"""Running migrations in one agency's schema without rendering what has no tables there.

Django renders the models that an operation touches, also for an app whose tables are in the public
schema only and which therefore does nothing here. That was a third of the time a schema took. The
migrations of such apps are only carried into the state and written down.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from django.db import connection, router
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

Plan = Sequence[tuple[Migration, bool]]
Progress = Callable[..., None]


def has_tables_here(migration: Migration) -> bool:
    """Tell whether the current schema holds the tables of a migration's app."""
    return router.allow_migrate(connection.alias, migration.app_label)


class SchemaExecutor:
    """Django's executor for the current schema, in the order of its own plan."""

    def __init__(self, progress: Progress | None = None) -> None:
        self._progress = progress
        self._executor = MigrationExecutor(connection, progress)

    def plan(self) -> Plan:
        """Return the migrations that the schema does not know yet, in order."""
        leaves = self._executor.loader.graph.leaf_nodes()
        plan: Plan = self._executor.migration_plan(leaves)
        return plan

    def run(self, plan: Plan) -> None:
        """Apply a plan of this executor.

        Raises:
            Exception: what a migration raised; those before it are applied.
        """
        state = self._executor.migrate(None, plan=[])  # what is applied already
        self._executor.recorder.ensure_schema()
        for is_own, steps in groupby(plan, key=lambda step: has_tables_here(step[0])):
            if is_own:
                state = self._executor.migrate(None, plan=list(steps), state=state)
            else:
                for migration, _backwards in steps:
                    state = self._carry(migration, state)

    def _carry(self, migration: Migration, state: ProjectState) -> ProjectState:
        self._tell("apply_start", migration)
        if "apps" in state.__dict__:
            del state.apps  # rendered again when the next migration needs it
        state = migration.mutate_state(state, preserve=False)
        self._executor.record_migration(migration)  # type: ignore[call-arg,arg-type]  # stubs lag behind
        self._tell("apply_success", migration)
        return state

    def _tell(self, action: str, migration: Migration) -> None:
        if self._progress is not None:
            self._progress(action, migration, False)  # noqa: FBT003  Django's signature
