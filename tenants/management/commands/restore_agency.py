"""Makes a new agency of an archive."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from spotex.kernel.errors import DomainError
from tenants.hosts import host_of, url_for
from tenants.services.restoring import restore_archive
from tenants.states import PortalName


class Command(BaseCommand):
    """Needs the release that wrote the archive; all or nothing."""

    help = "Restore an agency from its archive, as a new one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("file", type=Path, help="The archive.")
        parser.add_argument("slug", help="Address of the new agency.")
        parser.add_argument("--name", default="", help="Its name; that of the archive if missing.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Restore it, or say why not.

        Raises:
            CommandError: nothing was restored.
        """
        try:
            with translation.override("en"), options["file"].open("rb") as source:
                agency = restore_archive(source, slug=options["slug"], name=options["name"])
        except OSError as error:
            raise CommandError(f"{options['file']} cannot be read: {error.strerror}.") from error
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{agency.name}: {url_for(host_of(agency.slug, PortalName.AGENCY))}")
