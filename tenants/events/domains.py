"""What happens to agencies' own domains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event
from tenants.events.agencies import AgencyChanged


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
