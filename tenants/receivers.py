"""What follows from the events of this context."""

from __future__ import annotations

from spotex.kernel.events import after_commit, on
from tenants.events import AgencyChanged, MailQueued, PlanChanged
from tenants.hosts import forget_hosts
from tenants.tasks import deliver_mail


@on(AgencyChanged, PlanChanged)
def drop_remembered_hosts(event: AgencyChanged | PlanChanged) -> None:
    """Make every process look agencies up again; what they carry of their plan included."""
    forget_hosts()


@after_commit(MailQueued)
def start_delivery(event: MailQueued) -> None:
    """Deliver now; if the broker is away, the periodic task finds the row."""
    deliver_mail.delay(mail_id=event.mail_id)
