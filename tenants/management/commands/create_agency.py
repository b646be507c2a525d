"""Creates an agency with its owner, as the sign-up page does."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from spotex.kernel.actor import Via
from spotex.kernel.errors import DomainError
from tenants.hosts import host_of, url_for
from tenants.services.accounts import mark_email_verified
from tenants.services.agencies import register_agency
from tenants.states import Language, PortalName, Tier


class Command(BaseCommand):
    """The owner gets the usual mail to prove the address, unless ``--verified``."""

    help = "Create an agency: schema, owner, trial."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("slug", help="Address of the agency: <slug>.agency.<base domain>.")
        parser.add_argument("name", help="Name of the agency.")
        parser.add_argument("--owner-email", required=True)
        parser.add_argument("--owner-name", required=True)
        parser.add_argument(
            "--password",
            default="",
            help="The owner's password; made up and printed when missing.",
        )
        parser.add_argument("--tier", choices=Tier.values, default=Tier.STARTER.value)
        parser.add_argument("--language", choices=Language.values, default="it")
        parser.add_argument(
            "--verified",
            action="store_true",
            help="The owner's address was proved in another way.",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Create it, or say why not.

        Raises:
            CommandError: a rule of the service is broken; nothing was created.
        """
        password = options["password"] or secrets.token_urlsafe(12)
        try:
            with translation.override("en"):  # the operator's language, as in all commands
                agency, owner = register_agency(
                    email=options["owner_email"],
                    password=password,
                    full_name=options["owner_name"],
                    agency_name=options["name"],
                    agency_slug=options["slug"],
                    tier=options["tier"],
                    language=options["language"],
                    via=Via.COMMAND,
                )
        except DomainError as error:
            where = f" ({error.field})" if error.field else ""
            raise CommandError(f"Not created{where}: {error.message}") from error
        if options["verified"]:
            mark_email_verified(owner)
        self.stdout.write(f"{agency.name}: {url_for(host_of(agency.slug, PortalName.AGENCY))}")
        if not options["password"]:
            self.stdout.write(f"Password of {owner.email}: {password}")
