"""Writes everything of one agency into a file."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from spotex.kernel.actor import Via
from tenants.access import system_actor
from tenants.models import Agency
from tenants.services.archiving import export_agency


class Command(BaseCommand):
    """The file appears under its name when it is complete; only its owner may read it."""

    help = "Export an agency: tables, what the platform knows of it, its files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("slug", help="Address of the agency.")
        parser.add_argument("file", type=Path, help="The zip to write; it must not exist.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write it.

        Raises:
            CommandError: there is no such agency, or the file cannot be written.
        """
        agency = Agency.objects.filter(slug=options["slug"]).first()
        if agency is None:
            raise CommandError(f"There is no agency {options['slug']}.")
        path: Path = options["file"]
        if path.exists():
            raise CommandError(f"{path} exists.")
        partial = path.with_name(f".{path.name}.partial")
        try:
            handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as target:
                manifest = export_agency(
                    agency,
                    target,
                    actor=system_actor(agency, via=Via.COMMAND),
                    at=timezone.now(),
                )
            partial.rename(path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
        finally:
            partial.unlink(missing_ok=True)
        rows = sum(entry.rows or 0 for entry in manifest.files)
        self.stdout.write(f"{path}: {len(manifest.files)} files, {rows} rows")
