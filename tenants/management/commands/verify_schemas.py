"""Compares every agency's schema with what the migrations say."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tenants.verification import list_verified_schemas, verify_schemas

SHOWN = 20
"""Lines of difference that are printed for one agency."""


class Command(BaseCommand):
    """Names each difference; the exit code is 1 when there is one."""

    help = "Compare the schemas of all agencies, and spare ones, with the migrations."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Compare and report.

        Raises:
            CommandError: a schema differs.
        """
        schemas = list_verified_schemas()
        differences = verify_schemas(schemas)
        for difference in differences:
            self.stderr.write(f"{schemas[difference.schema]} ({difference.schema}) differs:")
            for line in difference.lines[:SHOWN]:
                self.stderr.write(f"  {line}")
            if len(difference.lines) > SHOWN:
                self.stderr.write(f"  … and {len(difference.lines) - SHOWN} more")
        if differences:
            names = ", ".join(schemas[one.schema] for one in differences)
            raise CommandError(f"{len(differences)} of {len(schemas)} schemas differ: {names}.")
        self.stdout.write(f"{len(schemas)} schemas are as the migrations say.")
