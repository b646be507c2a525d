"""What happens when an agency ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event
from tenants.events.agencies import AgencyChanged


@dataclass(frozen=True, kw_only=True)
class ClosureEvent(AgencyChanged):
    """Something about the end of an agency; base of the events below."""

    closure_id: int


@dataclass(frozen=True, kw_only=True)
class ClosingRequested(ClosureEvent):
    """The portals close; after the grace everything is deleted."""

    name: ClassVar[str] = "tenants.agency.closing_requested"


@dataclass(frozen=True, kw_only=True)
class ClosingReminded(ClosureEvent):
    """The owners were told that little of the grace is left."""

    name: ClassVar[str] = "tenants.agency.closing_reminded"


@dataclass(frozen=True, kw_only=True)
class ClosingWithdrawn(ClosureEvent):
    """The agency goes on."""

    name: ClassVar[str] = "tenants.agency.closing_withdrawn"


@dataclass(frozen=True, kw_only=True)
class DeletionStarted(ClosureEvent):
    """The grace is over: nobody can take it back any more."""

    name: ClassVar[str] = "tenants.agency.deletion_started"


@dataclass(frozen=True, kw_only=True)
class AgencyDeleted(Event):
    """The agency's data are gone; told while its people are still known."""

    name: ClassVar[str] = "tenants.agency.deleted"
    agency_id: int
    closure_id: int
