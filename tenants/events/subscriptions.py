"""What happens to plans, subscriptions and limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event
from tenants.events.agencies import AgencyChanged


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
