"""What follows in hosting from the events of agencies."""

from __future__ import annotations

from django.utils import timezone

from spotex.kernel.events import on
from tenants.due import schedule_due
from tenants.events import (
    AgencyChanged,
    AgencyResumed,
    AgencySuspended,
    ClosingRequested,
    ClosingWithdrawn,
)

FOLLOW = "hosting.follow_agency"


@on(AgencySuspended, AgencyResumed, ClosingRequested, ClosingWithdrawn)
def let_sites_follow(event: AgencyChanged) -> None:
    """Have the agency's sites paused or resumed."""
    schedule_due(
        FOLLOW,
        key=event.subject_public_id,
        at=timezone.now(),
        agency_id=event.agency_id,
    )
