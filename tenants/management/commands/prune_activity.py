"""Erases old lines of the activity and leaves a line that says so."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from spotex.kernel.errors import DomainError
from tenants.models import Agency
from tenants.services.retention import LEAST_DAYS, forget_old_activity


class Command(BaseCommand):
    """The one way to make the activity shorter; each agency is a transaction."""

    help = "Erase lines of the activity that are older than some days."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument(
            "--agency", action="append", default=[], help="Address; may be repeated."
        )
        which.add_argument("--platform", action="store_true", help="The platform's own activity.")
        parser.add_argument("--days", type=int, required=True, help=f"At least {LEAST_DAYS}.")
        parser.add_argument("--reason", required=True, help="Kept in the activity.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Erase them.

        Raises:
            CommandError: an agency is unknown, or a rule forbids it; that one is left as it was.
        """
        slugs: list[str | None] = [None] if options["platform"] else list(options["agency"])
        for slug in slugs:
            agency = Agency.objects.filter(slug=slug).first() if slug else None
            if slug and agency is None:
                raise CommandError(f"There is no agency {slug}.")
            try:
                erased = forget_old_activity(
                    agency, days=options["days"], reason=options["reason"], at=timezone.now()
                )
            except DomainError as error:
                raise CommandError(error.message) from error
            self.stdout.write(f"{slug or 'platform'}: {erased} lines erased")
