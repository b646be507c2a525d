"""What happens to agencies and their members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AgencyRegistered(Event):
    """A new agency exists, with its schema, owner and trial."""

    name: ClassVar[str] = "tenants.agency.registered"


@dataclass(frozen=True, kw_only=True)
class AgencyChanged(Event):
    """Anything that portals show of an agency may differ now; base of the events below."""

    agency_id: int


@dataclass(frozen=True, kw_only=True)
class AgencySuspended(AgencyChanged):
    """The portals show a notice."""

    name: ClassVar[str] = "tenants.agency.suspended"


@dataclass(frozen=True, kw_only=True)
class AgencyResumed(AgencyChanged):
    """The portals are open again."""

    name: ClassVar[str] = "tenants.agency.resumed"


@dataclass(frozen=True, kw_only=True)
class BrandingChanged(AgencyChanged):
    """Name, logo, colour, footer or language differ."""

    name: ClassVar[str] = "tenants.branding.changed"


@dataclass(frozen=True, kw_only=True)
class DomainChanged(AgencyChanged):
    """Anything about an own domain differs; base of the events below."""


@dataclass(frozen=True, kw_only=True)
class DomainAdded(DomainChanged):
    """An agency wants to use a domain."""

    name: ClassVar[str] = "tenants.domain.added"


@dataclass(frozen=True, kw_only=True)
class DomainEdited(DomainChanged):
    """A domain serves another portal, or links use it now."""

    name: ClassVar[str] = "tenants.domain.changed"


@dataclass(frozen=True, kw_only=True)
class DomainRemoved(DomainChanged):
    """A domain no longer leads to a portal."""

    name: ClassVar[str] = "tenants.domain.removed"


@dataclass(frozen=True, kw_only=True)
class DomainVerified(DomainChanged):
    """The records are right: the domain leads to its portal."""

    name: ClassVar[str] = "tenants.domain.verified"


@dataclass(frozen=True, kw_only=True)
class DomainBroken(DomainChanged):
    """The records are no longer right: links and mails use the platform's host."""

    name: ClassVar[str] = "tenants.domain.broken"


@dataclass(frozen=True, kw_only=True)
class DomainLapsed(DomainChanged):
    """The records stayed wrong: the domain leads nowhere."""

    name: ClassVar[str] = "tenants.domain.lapsed"


@dataclass(frozen=True, kw_only=True)
class DomainCheckRequested(Event):
    """Somebody wants to know now."""

    domain: str


@dataclass(frozen=True, kw_only=True)
class DomainInspected(Event):
    """Pages that show the domain may be old."""


@dataclass(frozen=True, kw_only=True)
class MemberInvited(Event):
    """Somebody was offered a membership; the token is for the mail only."""

    name: ClassVar[str] = "tenants.member.invited"
    agency_id: int
    email: str
    full_name: str
    token: str


@dataclass(frozen=True, kw_only=True)
class MemberInvitationRevoked(Event):
    """An offer was taken back."""

    name: ClassVar[str] = "tenants.member.invitation_revoked"


@dataclass(frozen=True, kw_only=True)
class MemberJoined(Event):
    """An invitation was accepted."""

    name: ClassVar[str] = "tenants.member.joined"


@dataclass(frozen=True, kw_only=True)
class MemberRoleChanged(Event):
    """A member has another role."""

    name: ClassVar[str] = "tenants.member.role_changed"


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(Event):
    """A member lost access."""

    name: ClassVar[str] = "tenants.member.removed"


@dataclass(frozen=True, kw_only=True)
class ApiKeyCreated(Event):
    """A program may act in the agency."""

    name: ClassVar[str] = "tenants.api_key.created"


@dataclass(frozen=True, kw_only=True)
class ApiKeyChanged(Event):
    """An API key has another name, fewer scopes or another limit."""

    name: ClassVar[str] = "tenants.api_key.changed"


@dataclass(frozen=True, kw_only=True)
class ApiKeyRevoked(Event):
    """An API key stopped working."""

    name: ClassVar[str] = "tenants.api_key.revoked"


@dataclass(frozen=True, kw_only=True)
class ProfileChanged(Event):
    """A person changed name or language."""

    name: ClassVar[str] = "tenants.profile.changed"


@dataclass(frozen=True, kw_only=True)
class StaffRightsChanged(Event):
    """A person became, or no longer is, a member of Spotex's staff."""

    name: ClassVar[str] = "tenants.staff.changed"


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(Event):
    """A person can no longer sign in anywhere."""

    name: ClassVar[str] = "tenants.user.deactivated"


@dataclass(frozen=True, kw_only=True)
class UserReactivated(Event):
    """A person can sign in again."""

    name: ClassVar[str] = "tenants.user.reactivated"


@dataclass(frozen=True, kw_only=True)
class PlanChanged(Event):
    """Staff changed a plan's price or limits."""

    name: ClassVar[str] = "tenants.plan.changed"


@dataclass(frozen=True, kw_only=True)
class MailQueued(Event):
    """A mail waits for delivery."""

    mail_id: int
