"""Runs a management command in the schema of each agency."""

from __future__ import annotations

from argparse import REMAINDER, ArgumentParser
from typing import Any

from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from spotex.kernel.tenancy import agency_scope
from tenants.models import Agency


class Command(BaseCommand):
    """A failure in one agency is named and does not stop the others."""

    help = "Run a command in each agency: each_agency [--only SLUG] COMMAND [ARGUMENTS …]"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options; everything after the command's name belongs to the command."""
        parser.add_argument("--only", action="append", default=[], metavar="SLUG")
        parser.add_argument("name", metavar="COMMAND")
        parser.add_argument("arguments", nargs=REMAINDER, metavar="ARGUMENTS")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Run the command everywhere.

        Raises:
            CommandError: the command or an agency is unknown, or it failed somewhere.
        """
        if options["name"] not in get_commands():
            raise CommandError(f"There is no command “{options['name']}”.")
        agencies = _list_agencies(options["only"])
        failed = [agency.slug for agency in agencies if not self._run(agency, options)]
        self.stdout.write(f"Done in {len(agencies) - len(failed)} of {len(agencies)} agencies.")
        if failed:
            raise CommandError(f"Failed in: {', '.join(failed)}.")

    def _run(self, agency: Agency, options: dict[str, Any]) -> bool:
        try:
            with agency_scope(agency):
                call_command(
                    options["name"],
                    *options["arguments"],
                    stdout=self.stdout,
                    stderr=self.stderr,
                )
        except Exception as error:  # noqa: BLE001  the others must still have their turn
            self.stderr.write(f"{agency.slug}: {type(error).__name__}: {error}")
            return False
        self.stdout.write(f"{agency.slug}: done")
        return True


def _list_agencies(only: list[str]) -> list[Agency]:
    agencies: QuerySet[Agency] = Agency.objects.order_by("slug")
    if not only:
        return list(agencies)
    chosen = list(agencies.filter(slug__in=only))
    unknown = sorted(set(only) - {agency.slug for agency in chosen})
    if unknown:
        raise CommandError(f"There is no agency “{', '.join(unknown)}”.")
    return chosen
