"""What follows from the events of this context."""

from __future__ import annotations

from spotex.kernel.events import after_commit, on
from tenants.events import (
    AgencyChanged,
    AgencyRegistered,
    DomainCheckRequested,
    DomainVerified,
    ExportRequested,
    MailQueued,
    PlanChanged,
)
from tenants.hosts import forget_hosts
from tenants.tasks import (
    certify_domain_now,
    check_domain,
    deliver_mail,
    keep_spare_schemas,
    write_export,
)


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


@after_commit(DomainCheckRequested)
def start_domain_check(event: DomainCheckRequested) -> None:
    """Look at the records now; if the broker is away, the appointment finds the domain."""
    check_domain.delay(public_id=event.domain)


@after_commit(DomainVerified)
def start_certificate(event: DomainVerified) -> None:
    """Have the certificate before the first visitor comes."""
    certify_domain_now.delay(public_id=event.subject_public_id)


@after_commit(AgencyRegistered)
def replace_spare(event: AgencyRegistered) -> None:
    """Fill the pool of spare schemas again; a periodic task does it as well."""
    keep_spare_schemas.delay()


@after_commit(ExportRequested)
def start_export(event: ExportRequested) -> None:
    """Write the archive now; if the broker is away, the appointment finds it."""
    write_export.delay(public_id=event.subject_public_id)
