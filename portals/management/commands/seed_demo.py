"""Builds the demo world in a development database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from portals.demo.build import DemoBuilder
from portals.demo.logins import list_logins
from portals.demo.world import WORLDS
from spotex.kernel.errors import DomainError


class Command(BaseCommand):
    """Run as often as you like: what exists is left alone."""

    help = "Build a believable demo world through the services (never in production)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--world", choices=sorted(WORLDS), default="full")
        parser.add_argument("--seed", type=int, default=7, help="Makes the company numbers.")
        parser.add_argument("--no-sites", action="store_true", help="Create no WordPress sites.")
        parser.add_argument(
            "--print-logins",
            action="store_true",
            help="Only print the log-ins as a JSON list; change nothing.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Build, or print how to log in.

        Raises:
            CommandError: in production, or when a service refuses.
        """
        if settings.PRODUCTION:
            raise CommandError(
                "The demo world has well-known passwords and is refused in production. "
                "Use create_agency to create real agencies.",
            )
        world = WORLDS[options["world"]]
        if options["print_logins"]:
            self.stdout.write(json.dumps(list_logins(world), ensure_ascii=False))
            return
        builder = DemoBuilder(
            seed=options["seed"],
            with_sites=not options["no_sites"],
            at=timezone.now(),
        )
        try:
            builder.build(world)
        except DomainError as error:
            raise CommandError(f"The demo world could not be built: {error.message}") from error
        summary = ", ".join(f"{count} {what}" for what, count in builder.made.items())
        self.stdout.write(f"Demo world: created {summary}.")
