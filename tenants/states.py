"""States, roles and moves of agencies, and the portals that hosts lead to."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from spotex.kernel.machine import Move, StateMachine


class PortalName(TextChoices):
    """The front ends; the host alone decides which one answers."""

    PUBLIC = "public", _("Public site")
    ADMIN = "admin", _("Staff admin")
    AGENCY = "agency", _("Agency portal")
    CUSTOMER = "customer", _("Customer portal")
    AGENCY_DOOR = "agency-door", _("Agency front door")
    CUSTOMER_DOOR = "customer-door", _("Customer front door")
    API = "api", _("API")


class AgencyState(TextChoices):
    """Whether an agency's portals are open."""

    ACTIVE = "ACTIVE", _("Active")
    SUSPENDED = "SUSPENDED", _("Suspended")
    CLOSING = "CLOSING", _("Closing")
    CLOSED = "CLOSED", _("Being deleted")


class FactorRule(TextChoices):
    """Who needs a second factor to work in an agency."""

    OFF = "OFF", _("Nobody")
    MEMBERS = "MEMBERS", _("Members of the agency")
    EVERYONE = "EVERYONE", _("Members and customers' people")


class AgencyAction(StrEnum):
    """What staff does with an agency."""

    SUSPEND = "suspend"
    RESUME = "resume"
    CLOSE = "close"
    KEEP = "keep"
    END = "end"


AGENCY_MACHINE: StateMachine[AgencyAction] = StateMachine(
    MappingProxyType(
        {
            AgencyAction.SUSPEND: Move(
                frozenset({AgencyState.ACTIVE}),
                AgencyState.SUSPENDED,
                event="tenants.agency.suspended",
            ),
            AgencyAction.RESUME: Move(
                frozenset({AgencyState.SUSPENDED}),
                AgencyState.ACTIVE,
                event="tenants.agency.resumed",
            ),
            AgencyAction.CLOSE: Move(
                frozenset({AgencyState.ACTIVE, AgencyState.SUSPENDED}),
                AgencyState.CLOSING,
                event="tenants.agency.closing_requested",
            ),
            AgencyAction.KEEP: Move(
                frozenset({AgencyState.CLOSING}),
                AgencyState.ACTIVE,
                event="tenants.agency.closing_withdrawn",
            ),
            AgencyAction.END: Move(
                frozenset({AgencyState.CLOSING}),
                AgencyState.CLOSED,
                event="tenants.agency.deletion_started",
            ),
        },
    ),
)


class DomainState(TextChoices):
    """Where an agency's own domain stands."""

    PENDING = "PENDING", _("Waiting for its records")
    LIVE = "LIVE", _("Live")
    BROKEN = "BROKEN", _("Records broken")
    LAPSED = "LAPSED", _("Switched off")


class DomainAction(StrEnum):
    """What checks conclude about an own domain."""

    VERIFY = "verify"
    BREAK = "break"
    LAPSE = "lapse"


DOMAIN_MACHINE: StateMachine[DomainAction] = StateMachine(
    MappingProxyType(
        {
            DomainAction.VERIFY: Move(
                frozenset({DomainState.PENDING, DomainState.BROKEN, DomainState.LAPSED}),
                DomainState.LIVE,
                event="tenants.domain.verified",
            ),
            DomainAction.BREAK: Move(
                frozenset({DomainState.LIVE}),
                DomainState.BROKEN,
                event="tenants.domain.broken",
            ),
            DomainAction.LAPSE: Move(
                frozenset({DomainState.BROKEN}),
                DomainState.LAPSED,
                event="tenants.domain.lapsed",
            ),
        },
    ),
)


class CertificateState(TextChoices):
    """Whether visitors of an own domain get a certificate."""

    NONE = "NONE", _("No certificate")
    ISSUED = "ISSUED", _("Issued")
    FAILED = "FAILED", _("Failed")


class Role(TextChoices):
    """What a member is in an agency."""

    OWNER = "OWNER", _("Owner")
    ADMIN = "ADMIN", _("Administrator")
    MEMBER = "MEMBER", _("Member")
    VIEWER = "VIEWER", _("Viewer")


class ContactRole(TextChoices):
    """What a contact is in a customer."""

    ADMIN = "ADMIN", _("Administrator")
    MEMBER = "MEMBER", _("Member")
    VIEWER = "VIEWER", _("Viewer")


class KeyState(TextChoices):
    """Whether an API key works, and if not, why."""

    ACTIVE = "ACTIVE", _("Active")
    EXPIRED = "EXPIRED", _("Expired")
    REVOKED = "REVOKED", _("Revoked")
    DISABLED = "DISABLED", _("Disabled")


class Tier(TextChoices):
    """The five plans."""

    STARTER = "STARTER", "Starter"
    STANDARD = "STANDARD", "Standard"
    PREMIUM = "PREMIUM", "Premium"
    BUSINESS = "BUSINESS", "Business"
    ENTERPRISE = "ENTERPRISE", "Enterprise"


class SubscriptionStatus(TextChoices):
    """Where an agency stands with its subscription."""

    TRIAL = "TRIAL", _("Trial")
    ACTIVE = "ACTIVE", _("Active")
    PAST_DUE = "PAST_DUE", _("Past due")
    SUSPENDED = "SUSPENDED", _("Suspended")
    CANCELLED = "CANCELLED", _("Cancelled")
    EXPIRED = "EXPIRED", _("Expired")


class SubscriptionAction(StrEnum):
    """What happens to the subscription that an agency has now."""

    PAY = "pay"
    FALL_DUE = "fall-due"
    SUSPEND = "suspend"
    REACTIVATE = "reactivate"
    CANCEL = "cancel"
    EXPIRE = "expire"


_S = SubscriptionStatus

SUBSCRIPTION_MACHINE: StateMachine[SubscriptionAction] = StateMachine(
    MappingProxyType(
        {
            SubscriptionAction.PAY: Move(
                frozenset({_S.ACTIVE, _S.PAST_DUE, _S.SUSPENDED}),
                _S.ACTIVE,
                event="tenants.subscription.paid",
            ),
            SubscriptionAction.FALL_DUE: Move(
                frozenset({_S.ACTIVE}),
                _S.PAST_DUE,
                event="tenants.subscription.past_due",
            ),
            SubscriptionAction.SUSPEND: Move(
                frozenset({_S.ACTIVE, _S.PAST_DUE}),
                _S.SUSPENDED,
                event="tenants.subscription.suspended",
            ),
            SubscriptionAction.REACTIVATE: Move(
                frozenset({_S.SUSPENDED, _S.CANCELLED}),
                _S.PAST_DUE,
                event="tenants.subscription.reactivated",
            ),
            SubscriptionAction.CANCEL: Move(
                frozenset({_S.TRIAL, _S.ACTIVE, _S.PAST_DUE, _S.SUSPENDED}),
                _S.CANCELLED,
                event="tenants.subscription.cancelled",
            ),
            SubscriptionAction.EXPIRE: Move(
                frozenset({_S.TRIAL, _S.ACTIVE}),
                _S.EXPIRED,
                event="tenants.subscription.renewed",
            ),
        },
    ),
)
"""EXPIRE closes a row that another one follows: a trial that is over, a month, an upgrade."""


class PaymentMethod(TextChoices):
    """How an agency pays for its plan."""

    BANK_TRANSFER = "BANK_TRANSFER", _("Bank transfer")


class ChangeTime(TextChoices):
    """When a change of plan takes effect."""

    NOW = "NOW", _("now")
    PERIOD_END = "PERIOD_END", _("at the end of the period")


class SuspensionCause(TextChoices):
    """Who closed an agency: only the same can open it again."""

    NONE = "", _("not suspended")
    STAFF = "STAFF", _("Spotex staff")
    BILLING = "BILLING", _("subscription")


class ClosureState(TextChoices):
    """Where the end of an agency stands."""

    GRACE = "GRACE", _("Can be taken back")
    DELETING = "DELETING", _("Being deleted")
    DONE = "DONE", _("Deleted")
    WITHDRAWN = "WITHDRAWN", _("Taken back")


class ExportState(TextChoices):
    """Where an archive of all data stands."""

    QUEUED = "QUEUED", _("Queued")
    RUNNING = "RUNNING", _("Being written")
    READY = "READY", _("Ready")
    FAILED = "FAILED", _("Failed")
    EXPIRED = "EXPIRED", _("Expired")


class ExportFailure(TextChoices):
    """Why an archive could not be written."""

    STORAGE = "STORAGE", _("There was no room for the file.")
    INTERRUPTED = "INTERRUPTED", _("The work was interrupted again and again.")
    UNKNOWN = "UNKNOWN", _("Something went wrong that we have to look at.")


class MailState(TextChoices):
    """Where a queued mail stands."""

    QUEUED = "QUEUED", _("Queued")
    SENT = "SENT", _("Sent")
    FAILED = "FAILED", _("Failed")


class Language(TextChoices):
    """Languages of the product."""

    ITALIAN = "it", "Italiano"
    ENGLISH = "en", "English"
