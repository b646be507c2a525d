"""The audit trail: one row for every event, written in the transaction of the change."""

from __future__ import annotations

from spotex.kernel.events import Event, on
from spotex.kernel.models import ActivityEntry


@on(Event)
def record_activity(event: Event) -> None:
    """Write the event into the trail of the schema in which it happened."""
    if not event.audited:
        return
    if not event.name:
        return
    actor = event.actor
    ActivityEntry.objects.create(
        event=event.name,
        actor_public_id=actor.user_public_id,
        actor_name=actor.name or actor.email,
        actor_role=actor.role,
        via=actor.via,
        address=actor.address,
        subject_public_id=event.subject_public_id,
        subject_name=event.subject_name[:200],
        customer_public_id=event.customer_public_id,
        details=event.details,
    )
