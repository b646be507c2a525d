"""Work of this context that falls due."""

from __future__ import annotations

from datetime import datetime

from hosting.receivers import FOLLOW
from hosting.services.pausing import follow_agency
from tenants.due import due_handler


@due_handler(FOLLOW)
def let_sites_follow_agency(
    *,
    key: str,
    agency_id: int | None,
    at: datetime,
) -> datetime | None:
    """Pause or resume the sites of an agency."""
    return follow_agency(agency_id or 0, at=at)
