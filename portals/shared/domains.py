"""Own domains as people and programs read them."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from tenants.domain_findings import ExplainedFinding, explain_findings
from tenants.domain_names import DnsRecord, challenge_value, list_records, read_domain
from tenants.hosts import host_of, url_for
from tenants.models import Domain
from tenants.states import DomainState, PortalName


@dataclass(frozen=True, kw_only=True)
class DomainView:
    """A domain with everything that its page shows."""

    row: Domain
    name: str
    url: str
    is_busy: bool
    records: list[DnsRecord]
    findings: list[ExplainedFinding]
    platform_host: str
    """Where the portal answers meanwhile."""

    has_tls: bool

    @property
    def problems(self) -> list[ExplainedFinding]:
        """Return what did not pass."""
        return [one for one in self.findings if not one.is_ok]

    @property
    def is_used(self) -> bool:
        """Tell whether links and mails use it now: only while it is live."""
        return self.row.is_primary and self.row.state == DomainState.LIVE

    @property
    def is_meant(self) -> bool:
        """Tell whether links and mails will use it once it is live."""
        return self.row.is_primary and not self.is_used

    @property
    def leads_somewhere(self) -> bool:
        """Tell whether the domain answers."""
        return self.row.state in {DomainState.LIVE, DomainState.BROKEN}


def view_domain(domain: Domain, *, slug: str) -> DomainView:
    """Return a domain as its page and the API show it."""
    asked, seen = domain.check_requested_at, domain.checked_at
    return DomainView(
        row=domain,
        name=read_domain(domain.domain),
        url=url_for(domain.domain),
        is_busy=asked is not None and (seen is None or seen < asked),
        records=list_domain_records(domain),
        findings=explain_findings(domain.findings),
        platform_host=host_of(slug, PortalName(domain.portal)),
        has_tls=settings.SPOTEX_TLS != "off",
    )


def list_domain_records(domain: Domain) -> list[DnsRecord]:
    """Return the records that somebody enters for a domain."""
    return list_records(
        domain.domain,
        challenge=challenge_value(domain.challenge),
        target=settings.SPOTEX_DOMAIN_TARGET,
        addresses=tuple(settings.SPOTEX_DOMAIN_ADDRESSES),
    )
