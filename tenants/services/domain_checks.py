"""What DNS says of own domains, and what follows: live, broken, switched off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.domain_findings import PASSING, DomainCheck, Finding, FindingCode
from tenants.domain_names import challenge_value, read_domain
from tenants.drivers.dns_choice import choose_dns
from tenants.drivers.inspection import Expectation, inspect_domain
from tenants.due import cancel_due, schedule_due
from tenants.events import (
    DomainBroken,
    DomainChanged,
    DomainInspected,
    DomainLapsed,
    DomainVerified,
)
from tenants.host_claims import find_host_claim, lock_host
from tenants.models import Agency, Domain
from tenants.services.domains import CERTIFY, CHECK, SAFETY_NET, renew_portal_hosts
from tenants.states import DOMAIN_MACHINE, CertificateState, DomainAction, DomainState

FAILURES_THAT_BREAK: Final = 2
"""Checks in a row until a live domain counts as broken; one alone may be a moment's trouble."""

PASSING_FAILURES_THAT_BREAK: Final = 6
"""The same for what is probably over soon, such as a server that does not answer."""

_SOON: Final = timedelta(minutes=10)
_DAILY: Final = timedelta(days=1)
_PATIENCE: Final = (
    (timedelta(hours=1), timedelta(minutes=2)),
    (timedelta(days=1), timedelta(minutes=15)),
    (timedelta(days=7), timedelta(hours=2)),
    (timedelta(days=30), timedelta(hours=12)),
)
"""How often new records are looked for, by how long somebody has been waiting."""

_EVENTS: Final[dict[DomainAction, type[DomainChanged]]] = {
    DomainAction.VERIFY: DomainVerified,
    DomainAction.BREAK: DomainBroken,
    DomainAction.LAPSE: DomainLapsed,
}


class _HostClaimed(Exception):
    """A site has the host; it can be no portal's at the same time."""


def check_domain(public_id: str, *, at: datetime) -> Domain | None:
    """Look at a domain's records and draw the conclusions; None if it was removed.

    The look-ups take seconds and happen outside any transaction.
    """
    domain = Domain.objects.filter(public_id=public_id).first()
    if domain is None:
        return None
    findings = inspect_domain(choose_dns(), expectation_of(domain))
    try:
        return _record(domain, findings=findings, at=at)
    except (IntegrityError, _HostClaimed):  # somebody else was first to prove or use it
        taken = Finding(
            check=DomainCheck.CLAIM, code=FindingCode.TAKEN, figures={"name": domain.domain}
        )
        return _record(domain, findings=[taken, *findings], at=at)


def check_domain_now(public_id: str, *, at: datetime) -> None:
    """Look at a domain's records because somebody asked, and make the next appointment."""
    domain = check_domain(public_id, at=at)
    following = compute_next_check(domain, at=at) if domain else None
    if domain is None or following is None:
        cancel_due(CHECK, key=public_id)
    else:
        schedule_due(CHECK, key=public_id, at=following, agency_id=domain.tenant_id)


def expectation_of(domain: Domain) -> Expectation:
    """Return what the domain's records should say."""
    return Expectation(
        domain=domain.domain,
        challenge=challenge_value(domain.challenge),
        target=settings.SPOTEX_DOMAIN_TARGET,
        addresses=tuple(settings.SPOTEX_DOMAIN_ADDRESSES),
        authorities=tuple(one.lower() for one in settings.SPOTEX_CA_DOMAINS),
    )


@transaction.atomic
def _record(domain: Domain, *, findings: Sequence[Finding], at: datetime) -> Domain | None:
    agency = lock_row(Agency(pk=domain.tenant_id))
    locked = Domain.objects.select_for_update().filter(pk=domain.pk).first()
    if locked is None:
        return None
    locked.findings = [one.as_json() for one in findings]
    locked.checked_at = at
    locked.failures = 0 if all(one.is_ok for one in findings) else locked.failures + 1
    action = _conclude(locked, findings=findings, at=at)
    if action == DomainAction.VERIFY:
        _take_host(locked.domain)
    if action is not None:
        _move(locked, action, at=at)
    locked.save()
    with agency_scope(agency):  # the trail is the agency's
        actor = system_actor(agency)
        if action is not None:
            renew_portal_hosts(agency.pk)
            publish(
                _EVENTS[action](
                    actor=actor,
                    agency_id=agency.pk,
                    subject_public_id=locked.public_id,
                    subject_name=read_domain(locked.domain),
                    details={"state": [domain.state, locked.state]},
                ),
            )
        publish(DomainInspected(actor=actor, subject_public_id=locked.public_id))
    return locked


def _take_host(host: str) -> None:
    lock_host(host)
    if find_host_claim(host) is not None:
        raise _HostClaimed


def _conclude(domain: Domain, *, findings: Sequence[Finding], at: datetime) -> DomainAction | None:
    """Return the move that the findings ask for, None to stay."""
    failed = [one for one in findings if not one.is_ok]
    if not failed:
        verify = DomainAction.VERIFY
        return verify if DOMAIN_MACHINE.is_legal(verify, domain.state) else None
    passing = all(one.code in PASSING for one in failed)
    most = PASSING_FAILURES_THAT_BREAK if passing else FAILURES_THAT_BREAK
    if domain.state == DomainState.LIVE and domain.failures >= most:
        return DomainAction.BREAK
    if domain.state == DomainState.BROKEN and domain.broken_at and at >= _end_of_grace(domain):
        return DomainAction.LAPSE
    return None


def _end_of_grace(domain: Domain) -> datetime:
    began = domain.broken_at or domain.updated_at
    return began + timedelta(days=settings.SPOTEX_DOMAIN_GRACE_DAYS)


def _move(domain: Domain, action: DomainAction, *, at: datetime) -> None:
    DOMAIN_MACHINE.apply(domain, action)
    domain.version += 1
    if action == DomainAction.VERIFY:
        domain.verified_at = domain.verified_at or at
        domain.broken_at = None
        soon = at + SAFETY_NET
        schedule_due(CERTIFY, key=domain.public_id, at=soon, agency_id=domain.tenant_id)
    elif action == DomainAction.BREAK:
        domain.broken_at = at
    else:
        domain.verified_at = None
        domain.certificate_state = CertificateState.NONE
        cancel_due(CERTIFY, key=domain.public_id)


def compute_next_check(domain: Domain, *, at: datetime) -> datetime | None:
    """Return when the records are looked at again; None when nobody seems to wait any more."""
    if domain.state == DomainState.LIVE:
        return at + (_SOON if domain.failures else _DAILY)
    if domain.state == DomainState.BROKEN:
        return min(at + timedelta(hours=1), max(_end_of_grace(domain), at + _SOON))
    if domain.state == DomainState.LAPSED:
        return None
    waited = at - domain.created_at
    return next((at + pause for age, pause in _PATIENCE if waited < age), None)
