"""Appointments of this context."""

from __future__ import annotations

from datetime import datetime

from tenants.due import due_handler
from tenants.services.certificates import certify_domain
from tenants.services.closing import CLOSE_AGENCY, proceed_with_closing
from tenants.services.domain_checks import check_domain, compute_next_check
from tenants.services.domains import CERTIFY, CHECK
from tenants.services.exports import KEEP_EXPORT, keep_export
from tenants.services.periods import END, REMIND, end_period
from tenants.services.settlement import remind_subscription
from tenants.services.support import END_SUPPORT, end_overdue_support


@due_handler(CHECK)
def check_due_domain(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Look at the records of an own domain; when it happens next depends on what they say."""
    domain = check_domain(key, at=at)
    return compute_next_check(domain, at=at) if domain else None


@due_handler(CERTIFY)
def certify_due_domain(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Obtain or look at the certificate of an own domain."""
    return certify_domain(key, at=at)


@due_handler(END)
def end_subscription_period(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Let a period of a subscription end and the next one begin."""
    return end_period(key, at=at)


@due_handler(REMIND)
def remind_owners(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Remind of a payment or of a trial's end; at last, suspend."""
    return remind_subscription(key, at=at)


@due_handler(END_SUPPORT)
def end_support_session(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """End a support session whose time is over."""
    return end_overdue_support(key, at=at)


@due_handler(KEEP_EXPORT)
def keep_due_export(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Write an archive that nobody writes, or delete one that is too old."""
    return keep_export(key, at=at)


@due_handler(CLOSE_AGENCY)
def close_due_agency(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Remind of the end of an agency, then delete it step by step."""
    return proceed_with_closing(key, at=at)
