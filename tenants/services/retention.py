"""How long the activity is kept: for ever, unless the operator erases old lines, which says so."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from spotex.kernel.actor import Actor, Via
from spotex.kernel.audit import prune_activity
from spotex.kernel.errors import RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.access import system_actor
from tenants.events import ActivityPruned
from tenants.models import Agency

LEAST_DAYS: Final = 365
REASON_MIN_LENGTH: Final = 5


class RetentionRefused(RuleViolation):
    """Too recent, or without a reason; the message is in the operator's language."""

    code = "retention_refused"


@transaction.atomic
def forget_old_activity(agency: Agency | None, *, days: int, reason: str, at: datetime) -> int:
    """Erase the lines of an agency, or of the platform for None, that are older; return how many.

    Raises:
        RetentionRefused: lines of the last year are kept; a reason is needed.
    """
    if days < LEAST_DAYS:
        raise RetentionRefused(f"Lines are kept for at least {LEAST_DAYS} days.")
    if len(reason.strip()) < REASON_MIN_LENGTH:
        raise RetentionRefused("Say why.")
    before = at - timedelta(days=days)
    if agency is not None:
        actor = system_actor(agency, via=Via.COMMAND)
    else:
        actor = Actor(user_id=None, name="Spotex", role="SYSTEM", via=Via.COMMAND)
    with agency_scope(agency or PUBLIC_SCHEMA):
        erased = prune_activity(before=before)
        publish(
            ActivityPruned(
                actor=actor,
                subject_public_id=agency.public_id if agency else "",
                subject_name=agency.name if agency else "",
                details={"lines": erased, "before": before.isoformat(), "reason": reason.strip()},
            )
        )
    return erased
