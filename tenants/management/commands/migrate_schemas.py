"""Brings the public schema and every agency's up to date.

Takes the place of django-tenants' command of the same name, which plans anew for each agency. With
an option that the quick way does not know (an app, ``--fake``, ``--plan``, one schema …) the
original does its work.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import CommandError
from django_tenants.management.commands.migrate_schemas import MigrateSchemasCommand

from tenants.migrating.record import quick_recorder
from tenants.migrating.run import find_outdated, is_platform_there, migrate_agencies
from tenants.services.plans import ensure_plans

_SPECIAL: Final = (
    *("app_label", "migration_name", "schema_name", "fake", "fake_initial", "plan", "prune"),
    *("run_syncdb", "check_unapplied", "tenant", "shared"),
)


class Command(MigrateSchemasCommand):  # type: ignore[misc]  # untyped library
    """A failure in one agency is named and does not stop the others; the next run goes on."""

    help = "Migrate the public schema, then all agencies in groups of equal schemas."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options of the original and the number of threads."""
        super().add_arguments(parser)
        parser.add_argument("--threads", type=int, default=4, help="Schemas migrated at once.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate what is behind.

        Raises:
            CommandError: some agencies could not be migrated; the others are.
        """
        if any(options[name] for name in _SPECIAL):
            super().handle(*args, **options)
            return
        outdated = find_outdated() if is_platform_there() else None
        is_new = outdated is None or any(state.is_public for state in outdated)
        if is_new:
            with quick_recorder():
                super().handle(*args, **{**options, "shared": True})
        else:
            ensure_plans()
        behind = [state for state in outdated or [] if not state.is_public]
        if behind or is_new:
            self._migrate(behind, options)
        else:
            self._tell(options, "Everything is up to date.")

    def _migrate(self, behind: list[Any], options: dict[str, Any]) -> None:
        report = migrate_agencies(
            behind,
            threads=options["threads"],
            tell=lambda text: self._tell(options, text),
        )
        self._tell(options, f"Migrated {len(report.migrated)} of {len(behind)} agencies.")
        for failure in report.failed:
            self.stderr.write(
                f"{failure.state.label} ({failure.state.schema}): {failure.migration}: "
                f"{failure.reason}"
            )
        if report.failed:
            names = ", ".join(failure.state.label for failure in report.failed)
            raise CommandError(f"Not migrated: {names}. The next run tries them again.")

    def _tell(self, options: dict[str, Any], text: str) -> None:
        if options["verbosity"] >= 1:
            self.stdout.write(text)
