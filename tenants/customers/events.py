"""What happens to customers and contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class CustomerCreated(Event):
    """The agency serves one more company."""

    name: ClassVar[str] = "customers.customer.created"


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(Event):
    """The company's data differ."""

    name: ClassVar[str] = "customers.customer.changed"


@dataclass(frozen=True, kw_only=True)
class CustomerArchived(Event):
    """The company is served no longer."""

    name: ClassVar[str] = "customers.customer.archived"


@dataclass(frozen=True, kw_only=True)
class CustomerRestored(Event):
    """An archived company is served again."""

    name: ClassVar[str] = "customers.customer.restored"


@dataclass(frozen=True, kw_only=True)
class ContactInvited(Event):
    """Somebody may join a customer's portal; the token is for the mail only."""

    name: ClassVar[str] = "customers.contact.invited"
    agency_id: int
    email: str
    full_name: str
    token: str
    language: str


@dataclass(frozen=True, kw_only=True)
class ContactJoined(Event):
    """An invitation was accepted."""

    name: ClassVar[str] = "customers.contact.joined"


@dataclass(frozen=True, kw_only=True)
class ContactRoleChanged(Event):
    """A contact has another role."""

    name: ClassVar[str] = "customers.contact.role_changed"


@dataclass(frozen=True, kw_only=True)
class ContactRemoved(Event):
    """A contact lost access."""

    name: ClassVar[str] = "customers.contact.removed"


@dataclass(frozen=True, kw_only=True)
class ViewShared(Event):
    """Colleagues see one more view of a list."""

    name: ClassVar[str] = "customers.view.shared"


@dataclass(frozen=True, kw_only=True)
class SharedViewChanged(Event):
    """A shared view has another name or shows something else."""

    name: ClassVar[str] = "customers.view.changed"


@dataclass(frozen=True, kw_only=True)
class ViewWithdrawn(Event):
    """A shared view is deleted, or its owner's alone again."""

    name: ClassVar[str] = "customers.view.withdrawn"


@dataclass(frozen=True, kw_only=True)
class CustomersImported(Event):
    """Customers were added from a file."""

    name: ClassVar[str] = "customers.import.finished"


@dataclass(frozen=True, kw_only=True)
class IncidentOpened(Event):
    """The agency tells of a disturbance or a maintenance."""

    name: ClassVar[str] = "customers.incident.opened"


@dataclass(frozen=True, kw_only=True)
class IncidentUpdated(Event):
    """The agency says how an incident goes on."""

    name: ClassVar[str] = "customers.incident.updated"


@dataclass(frozen=True, kw_only=True)
class IncidentChanged(Event):
    """An incident has another title or impact."""

    name: ClassVar[str] = "customers.incident.changed"
