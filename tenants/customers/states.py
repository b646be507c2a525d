"""States and moves of customers and their contacts."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from spotex.kernel.machine import Move, StateMachine
from tenants.permissions import Permission


class CustomerState(TextChoices):
    """Whether a customer is served."""

    ACTIVE = "ACTIVE", _("Active")
    ARCHIVED = "ARCHIVED", _("Archived")


class CustomerAction(StrEnum):
    """What an agency does with a customer."""

    ARCHIVE = "archive"
    RESTORE = "restore"


CUSTOMER_MACHINE: StateMachine[CustomerAction] = StateMachine(
    MappingProxyType(
        {
            CustomerAction.ARCHIVE: Move(
                frozenset({CustomerState.ACTIVE}),
                CustomerState.ARCHIVED,
                Permission.CUSTOMER_MANAGE,
                "customers.customer.archived",
            ),
            CustomerAction.RESTORE: Move(
                frozenset({CustomerState.ARCHIVED}),
                CustomerState.ACTIVE,
                Permission.CUSTOMER_MANAGE,
                "customers.customer.restored",
            ),
        },
    ),
)


class ImportState(TextChoices):
    """How far a file with customers has come."""

    DRAFT = "DRAFT", _("Not imported yet")
    QUEUED = "QUEUED", _("Being imported")
    DONE = "DONE", _("Imported")
    FAILED = "FAILED", _("Nothing imported")


class ImportMode(TextChoices):
    """What becomes of a file in which some lines cannot be imported."""

    ALL = "ALL", _("All lines or none")
    GOOD = "GOOD", _("The good lines")


class ListName(TextChoices):
    """The lists of which people keep views."""

    CUSTOMERS = "CUSTOMERS", _("Customers")
    SITES = "SITES", _("Sites")
    RESERVATIONS = "RESERVATIONS", _("Reservations")


class IncidentImpact(TextChoices):
    """How much an incident is felt."""

    MINOR = "MINOR", _("Minor incident")
    MAJOR = "MAJOR", _("Major incident")
    MAINTENANCE = "MAINTENANCE", _("Maintenance")


class IncidentState(TextChoices):
    """How far an incident, or a maintenance, has come."""

    INVESTIGATING = "INVESTIGATING", _("Investigating")
    IDENTIFIED = "IDENTIFIED", _("Cause found")
    MONITORING = "MONITORING", _("Under observation")
    RESOLVED = "RESOLVED", _("Resolved")
    PLANNED = "PLANNED", _("Planned")
    RUNNING = "RUNNING", _("Under way")
    DONE = "DONE", _("Done")


_TROUBLE: Final = (
    IncidentState.INVESTIGATING,
    IncidentState.IDENTIFIED,
    IncidentState.MONITORING,
    IncidentState.RESOLVED,
)
INCIDENT_FLOWS: Final[Mapping[str, tuple[IncidentState, ...]]] = MappingProxyType(
    {
        IncidentImpact.MINOR: _TROUBLE,
        IncidentImpact.MAJOR: _TROUBLE,
        IncidentImpact.MAINTENANCE: (
            IncidentState.PLANNED,
            IncidentState.RUNNING,
            IncidentState.DONE,
        ),
    },
)
"""The states of each kind: it begins with the first and is over with the last.

People may go to any of them, back as well: what was thought to be resolved may return.
"""


class ContactState(TextChoices):
    """Whether a contact can log in."""

    INVITED = "INVITED", _("Invited")
    ACTIVE = "ACTIVE", _("Active")
    REMOVED = "REMOVED", _("Removed")


class ContactAction(StrEnum):
    """The life of a contact."""

    INVITE_AGAIN = "invite-again"
    ACCEPT = "accept"
    REMOVE = "remove"


CONTACT_MACHINE: StateMachine[ContactAction] = StateMachine(
    MappingProxyType(
        {
            ContactAction.INVITE_AGAIN: Move(
                frozenset({ContactState.INVITED, ContactState.REMOVED}),
                ContactState.INVITED,
                Permission.CONTACT_MANAGE,
                "customers.contact.invited",
            ),
            ContactAction.ACCEPT: Move(
                frozenset({ContactState.INVITED}),
                ContactState.ACTIVE,
                None,
                "customers.contact.joined",
            ),
            ContactAction.REMOVE: Move(
                frozenset({ContactState.INVITED, ContactState.ACTIVE}),
                ContactState.REMOVED,
                Permission.CONTACT_MANAGE,
                "customers.contact.removed",
            ),
        },
    ),
)
