"""What follows from the events of this context."""

from __future__ import annotations

from spotex.kernel.events import after_commit, on
from tenants.events import AgencyChanged, MailQueued, PlanChanged
from tenants.hosts import forget_hosts
from tenants.tasks import deliver_mail


@on(AgencyChanged)
def drop_remembered_hosts(event: AgencyChanged) -> None:
    """Make every process look the agency up again."""
    forget_hosts()


@on(PlanChanged)
def drop_remembered_limits(event: PlanChanged) -> None:
    """Make every process look up again what agencies carry of their plan."""
    forget_hosts()


@after_commit(MailQueued)
def start_delivery(event: MailQueued) -> None:
    """Deliver now; if the broker is away, the periodic task finds the row."""
    deliver_mail.delay(mail_id=event.mail_id)
