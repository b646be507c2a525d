"""The audit trail: one row for every event, written in the transaction of the change."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from spotex.kernel.events import Event, on
from spotex.kernel.models import USER_AGENT_MAX_LENGTH, ActivityEntry
from spotex.kernel.trace import request_id, user_agent

_UNKNOWN: Final = "-"
"""What a variable of the trace holds outside requests and tasks."""


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
        portal=actor.portal,
        address=actor.address,
        user_agent=_known(user_agent.get())[:USER_AGENT_MAX_LENGTH],
        request_id=_known(request_id.get())[:64],
        impersonator_public_id=actor.impersonator_public_id,
        impersonator_name=actor.impersonator_name[:200],
        subject_public_id=event.subject_public_id,
        subject_name=event.subject_name[:200],
        customer_public_id=event.customer_public_id,
        details=_details_of(event),
    )


def _known(text: str) -> str:
    return "" if text == _UNKNOWN else text.replace("\0", "")


@transaction.atomic
def prune_activity(*, before: datetime) -> int:
    """Erase the lines of this schema that are older; return how many.

    The only way past the table's trigger, open until the end of this transaction. The caller
    publishes an event that says so.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL spotex.retention = 'on'")
    erased, _by_model = ActivityEntry.objects.filter(created_at__lt=before).delete()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL spotex.retention = 'off'")
    return erased


def _details_of(event: Event) -> dict[str, Any]:
    """Return what the line notes; work of the platform's support is marked as such."""
    actor = event.actor
    if not actor.support_session:
        return event.details
    return {**event.details, "support_session": actor.support_session}
