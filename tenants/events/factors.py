"""What happens to second factors and sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event
from tenants.events.agencies import AgencyChanged


@dataclass(frozen=True, kw_only=True)
class FactorEvent(Event):
    """Something about a person's second factors; base of the events below, each with its mail."""

    user_id: int


@dataclass(frozen=True, kw_only=True)
class FactorAdded(FactorEvent):
    """A person has an authenticator app or a passkey more."""

    name: ClassVar[str] = "tenants.factor.added"


@dataclass(frozen=True, kw_only=True)
class FactorRemoved(FactorEvent):
    """A person has an authenticator app or a passkey less."""

    name: ClassVar[str] = "tenants.factor.removed"


@dataclass(frozen=True, kw_only=True)
class RecoveryCodesRenewed(FactorEvent):
    """A person has new recovery codes; the old ones are worth nothing."""

    name: ClassVar[str] = "tenants.recovery_codes.renewed"


@dataclass(frozen=True, kw_only=True)
class FactorsReset(FactorEvent):
    """Somebody else took all second factors from a person who lost them."""

    name: ClassVar[str] = "tenants.factor.reset"


@dataclass(frozen=True, kw_only=True)
class FactorRuleChanged(AgencyChanged):
    """The agency asks for a second factor, or no longer."""

    name: ClassVar[str] = "tenants.factor_rule.changed"


@dataclass(frozen=True, kw_only=True)
class SessionEnded(Event):
    """A person signed one of their devices out."""

    name: ClassVar[str] = "tenants.session.ended"


@dataclass(frozen=True, kw_only=True)
class SignedOutEverywhere(Event):
    """A person ended all their sessions."""

    name: ClassVar[str] = "tenants.session.all_ended"
