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
class SubscriptionEvent(AgencyChanged):
    """Something happened to what an agency subscribed to; base of the events below."""

    subscription_id: int


@dataclass(frozen=True, kw_only=True)
class SubscriptionChanged(SubscriptionEvent):
    """The agency has another plan from now on."""

    name: ClassVar[str] = "tenants.subscription.changed"


@dataclass(frozen=True, kw_only=True)
class SubscriptionChangePlanned(SubscriptionEvent):
    """The plan changes, or the subscription ends, when the period is over."""

    name: ClassVar[str] = "tenants.subscription.change_planned"


@dataclass(frozen=True, kw_only=True)
class SubscriptionChangeUndone(SubscriptionEvent):
    """What was planned for the end of the period will not happen."""

    name: ClassVar[str] = "tenants.subscription.change_undone"


@dataclass(frozen=True, kw_only=True)
class SubscriptionChangeDropped(SubscriptionEvent):
    """A planned downgrade could not happen: too much was in use at the end of the period."""

    name: ClassVar[str] = "tenants.subscription.change_dropped"


@dataclass(frozen=True, kw_only=True)
class SubscriptionRenewed(SubscriptionEvent):
    """Another period began."""

    name: ClassVar[str] = "tenants.subscription.renewed"


@dataclass(frozen=True, kw_only=True)
class SubscriptionPastDue(SubscriptionEvent):
    """A payment did not arrive in time, or the trial is over."""

    name: ClassVar[str] = "tenants.subscription.past_due"


@dataclass(frozen=True, kw_only=True)
class SubscriptionReminded(SubscriptionEvent):
    """The owners are reminded of a payment, or of the trial's end."""

    name: ClassVar[str] = "tenants.subscription.reminded"


@dataclass(frozen=True, kw_only=True)
class SubscriptionPaid(SubscriptionEvent):
    """The payment arrived."""

    name: ClassVar[str] = "tenants.subscription.paid"


@dataclass(frozen=True, kw_only=True)
class SubscriptionSuspended(SubscriptionEvent):
    """The payment did not arrive in the days of grace either."""

    name: ClassVar[str] = "tenants.subscription.suspended"


@dataclass(frozen=True, kw_only=True)
class SubscriptionReactivated(SubscriptionEvent):
    """The agency works again and has new days of grace to pay in."""

    name: ClassVar[str] = "tenants.subscription.reactivated"


@dataclass(frozen=True, kw_only=True)
class SubscriptionCancelled(SubscriptionEvent):
    """The subscription is over, as the agency wished."""

    name: ClassVar[str] = "tenants.subscription.cancelled"


@dataclass(frozen=True, kw_only=True)
class TrialExtended(SubscriptionEvent):
    """The trial lasts longer."""

    name: ClassVar[str] = "tenants.trial.extended"


@dataclass(frozen=True, kw_only=True)
class LimitsOverridden(AgencyChanged):
    """Staff gave an agency limits of its own."""

    name: ClassVar[str] = "tenants.limits.overridden"


@dataclass(frozen=True, kw_only=True)
class LimitNearlyReached(Event):
    """More than four fifths of a limit are in use."""

    name: ClassVar[str] = "tenants.limit.nearly_reached"
    agency_id: int
    resource: str


@dataclass(frozen=True, kw_only=True)
class AgencyDataChanged(AgencyChanged):
    """The agency's own name, language or time zone differs."""

    name: ClassVar[str] = "tenants.agency.changed"


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


@dataclass(frozen=True, kw_only=True)
class SupportAccessChanged(AgencyChanged):
    """An agency lets the platform's support in, or no longer."""

    name: ClassVar[str] = "tenants.support.access_changed"


@dataclass(frozen=True, kw_only=True)
class MailQueued(Event):
    """A mail waits for delivery."""

    mail_id: int
