"""What happens to members, keys, people and support sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


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
class StaffExported(Event):
    """A member of Spotex's staff took a list out of the admin as a file."""

    name: ClassVar[str] = "tenants.staff.exported"


@dataclass(frozen=True, kw_only=True)
class StaffResentMail(Event):
    """A member of Spotex's staff put a mail that failed back into the queue."""

    name: ClassVar[str] = "tenants.staff.mail_resent"


@dataclass(frozen=True, kw_only=True)
class StaffHastenedWork(Event):
    """A member of Spotex's staff let due work be done before its moment."""

    name: ClassVar[str] = "tenants.staff.work_hastened"


@dataclass(frozen=True, kw_only=True)
class UserDeactivated(Event):
    """A person can no longer sign in anywhere."""

    name: ClassVar[str] = "tenants.user.deactivated"


@dataclass(frozen=True, kw_only=True)
class UserReactivated(Event):
    """A person can sign in again."""

    name: ClassVar[str] = "tenants.user.reactivated"


@dataclass(frozen=True, kw_only=True)
class SupportStarted(Event):
    """A member of the platform's staff entered a portal in somebody's place."""

    name: ClassVar[str] = "tenants.support.started"
    support_id: int


@dataclass(frozen=True, kw_only=True)
class SupportEnded(Event):
    """A support session is over."""

    name: ClassVar[str] = "tenants.support.ended"
    session: str
