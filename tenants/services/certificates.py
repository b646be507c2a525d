"""Certificates of own domains: obtained before the first visitor comes, and watched."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from spotex.kernel.events import publish
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.drivers.tls import Certificate, HandshakeFailed
from tenants.drivers.tls_choice import choose_tls
from tenants.events import DomainInspected
from tenants.models import Agency, Domain
from tenants.states import CertificateState, DomainState

_AGAIN: Final = timedelta(minutes=10)
_DAILY: Final = timedelta(days=1)


def certify_domain(public_id: str, *, at: datetime) -> datetime | None:
    """Shake hands for a domain, note its certificate, return when to look again.

    The first handshake makes the proxy obtain the certificate, so that no visitor waits for it.
    It takes seconds and happens outside any transaction.
    """
    domain = Domain.objects.filter(public_id=public_id).first()
    if domain is None or settings.SPOTEX_TLS == "off" or domain.state not in _CERTIFIED:
        return None
    try:
        found: Certificate | HandshakeFailed = choose_tls().fetch_certificate(domain.domain)
    except HandshakeFailed as error:
        found = error
    if not _note(domain, found):
        return None
    return at + (_DAILY if isinstance(found, Certificate) else _AGAIN)


_CERTIFIED: Final = frozenset({DomainState.LIVE, DomainState.BROKEN})


@transaction.atomic
def _note(domain: Domain, found: Certificate | HandshakeFailed) -> bool:
    row = Domain.objects.select_for_update().filter(pk=domain.pk).first()
    if row is None:
        return False
    if isinstance(found, Certificate):
        row.certificate_state = CertificateState.ISSUED
        row.certificate_issuer = found.issuer[:200]
        row.certificate_from = found.starts_at
        row.certificate_until = found.ends_at
        row.certificate_error = ""
    else:
        row.certificate_state = CertificateState.FAILED
        row.certificate_error = str(found)[:500]
    row.save()
    agency = Agency.objects.get(pk=row.tenant_id)
    with agency_scope(agency):
        publish(DomainInspected(actor=system_actor(agency), subject_public_id=row.public_id))
    return True
