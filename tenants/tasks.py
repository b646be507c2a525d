"""Entry points of background work on mails and own domains."""

from __future__ import annotations

from time import monotonic
from typing import Any

from celery import shared_task
from django.utils import timezone

from tenants.due import LEASE, claim_due_work, release_due_work, run_due_work
from tenants.services.certificates import certify_domain
from tenants.services.domain_checks import check_domain_now
from tenants.services.exports import keep_export
from tenants.services.mail import blank_old_mail, deliver_mail_message, list_waiting_mail
from tenants.spares import keep_spares

CHUNKS = 50
"""How many chunks one task takes; what is left waits for the next, which starts in moments."""


DUE_SECONDS = int(LEASE.total_seconds()) - 120
"""How long a task does due work at most; half of it is kept for the last piece."""

BEGIN_SECONDS = DUE_SECONDS // 2


@shared_task(name="tenants.deliver_mail")
def deliver_mail(*, mail_id: int, **_: Any) -> None:
    """Deliver one mail, unless somebody did already."""
    deliver_mail_message(mail_id=mail_id, at=timezone.now())


@shared_task(name="tenants.deliver_waiting_mail")
def deliver_waiting_mail(**_: Any) -> None:
    """Deliver what was left behind or is due for another attempt."""
    for mail_id in list_waiting_mail(at=timezone.now()):
        deliver_mail_message(mail_id=mail_id, at=timezone.now())


@shared_task(name="tenants.blank_old_mail")
def blank_mail(**_: Any) -> None:
    """Forget what old mails said."""
    blank_old_mail(at=timezone.now())


@shared_task(name="tenants.run_due_work", soft_time_limit=DUE_SECONDS, time_limit=DUE_SECONDS + 60)
def run_all_due_work(**_: Any) -> None:
    """Do what is due, chunk after chunk; several workers may do so at once.

    A piece that hangs is broken off before its lease ends, and counts as failed: no other worker
    falls into the same hole meanwhile.
    """
    begun = monotonic()
    for _chunk in range(CHUNKS):
        claims = claim_due_work(at=timezone.now())
        for claim in claims:
            if monotonic() - begun > BEGIN_SECONDS:
                release_due_work(claim)
            else:
                run_due_work(claim, at=timezone.now())
        if not claims or monotonic() - begun > BEGIN_SECONDS:
            return


@shared_task(name="tenants.check_domain")
def check_domain(*, public_id: str, **_: Any) -> None:
    """Look at the records of one own domain."""
    check_domain_now(public_id, at=timezone.now())


@shared_task(name="tenants.certify_domain")
def certify_domain_now(*, public_id: str, **_: Any) -> None:
    """Have the proxy obtain the certificate of one own domain; the appointment repeats it."""
    certify_domain(public_id, at=timezone.now())


@shared_task(name="tenants.keep_spare_schemas")
def keep_spare_schemas(**_: Any) -> None:
    """Make the schemas of the next agencies."""
    keep_spares(at=timezone.now())


@shared_task(name="tenants.write_export")
def write_export(*, public_id: str, **_: Any) -> None:
    """Write one archive, unless somebody does already; the appointment repeats it."""
    keep_export(public_id, at=timezone.now())
