"""What happens to agencies as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AgencyRegistered(Event):
    """A new agency exists, with its schema, owner and trial."""

    name: ClassVar[str] = "tenants.agency.registered"


@dataclass(frozen=True, kw_only=True)
class AgencyExported(Event):
    """All data of the agency were written into a file."""

    name: ClassVar[str] = "tenants.agency.exported"


@dataclass(frozen=True, kw_only=True)
class AgencyRestored(Event):
    """The agency was made from an archive."""

    name: ClassVar[str] = "tenants.agency.restored"


@dataclass(frozen=True, kw_only=True)
class ActivityPruned(Event):
    """Old lines of the activity were erased."""

    name: ClassVar[str] = "tenants.activity.pruned"


@dataclass(frozen=True, kw_only=True)
class AgencyChanged(Event):
    """Anything that portals show of an agency may differ now; base of the events below."""

    agency_id: int


@dataclass(frozen=True, kw_only=True)
class AgencySuspended(AgencyChanged):
    """The portals show a notice."""

    name: ClassVar[str] = "tenants.agency.suspended"
    cause: str


@dataclass(frozen=True, kw_only=True)
class AgencyResumed(AgencyChanged):
    """The portals are open again."""

    name: ClassVar[str] = "tenants.agency.resumed"
    cause: str


@dataclass(frozen=True, kw_only=True)
class BrandingChanged(AgencyChanged):
    """Name, logo, colour, footer or language differ."""

    name: ClassVar[str] = "tenants.branding.changed"


@dataclass(frozen=True, kw_only=True)
class AgencyDataChanged(AgencyChanged):
    """The agency's own name, language or time zone differs."""

    name: ClassVar[str] = "tenants.agency.changed"


@dataclass(frozen=True, kw_only=True)
class SupportAccessChanged(AgencyChanged):
    """An agency lets the platform's support in, or no longer."""

    name: ClassVar[str] = "tenants.support.access_changed"


@dataclass(frozen=True, kw_only=True)
class MailQueued(Event):
    """A mail waits for delivery."""

    mail_id: int
