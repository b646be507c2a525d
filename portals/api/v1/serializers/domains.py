"""Inputs and outputs of ``portal-domains``."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from portals.api.answers import as_time
from portals.api.fields import Choice, Flag, Input, PageQuery, Text
from portals.shared.domains import view_domain
from spotex.kernel.actor import Actor
from tenants.domain_findings import DomainActor, DomainCheck, FindingCode
from tenants.models import Domain
from tenants.states import CertificateState, DomainState, PortalName

PORTALS = [PortalName.CUSTOMER.value, PortalName.AGENCY.value]


class DomainIn(Input):
    """A domain to use."""

    domain = Text(max_length=300)
    portal = Choice(choices=PORTALS)


class DomainChangesIn(Input):
    """What is to change; what is left out stays."""

    portal = Choice(choices=PORTALS, required=False)
    is_primary = Flag(required=False)


class DomainQuery(PageQuery):
    """Which domains."""

    state = Choice(choices=DomainState.values, required=False)


class DnsRecordOut(serializers.Serializer[Any]):
    """A record to set where the domain's DNS is managed."""

    purpose = serializers.ChoiceField(choices=["ownership", "address"])
    type = serializers.CharField()
    name = serializers.CharField()
    value = serializers.CharField()


class DomainFindingOut(serializers.Serializer[Any]):
    """What one look-up showed, in the caller's language."""

    check = serializers.ChoiceField(choices=[one.value for one in DomainCheck])
    code = serializers.ChoiceField(choices=[one.value for one in FindingCode])
    ok = serializers.BooleanField()
    cause = serializers.CharField()
    remedy = serializers.CharField()
    who = serializers.ChoiceField(choices=[one.value for one in DomainActor], allow_blank=True)


class CertificateOut(serializers.Serializer[Any]):
    """The certificate that visitors get."""

    state = serializers.ChoiceField(choices=CertificateState.values)
    issuer = serializers.CharField()
    valid_until = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField()


class DomainOut(serializers.Serializer[Any]):
    """An own domain of the agency; ``checking`` while a look-up is on its way."""

    id = serializers.CharField()
    domain = serializers.CharField()
    portal = serializers.ChoiceField(choices=PORTALS)
    state = serializers.ChoiceField(choices=DomainState.values)
    is_primary = serializers.BooleanField()
    url = serializers.CharField()
    checking = serializers.BooleanField()
    checked_at = serializers.DateTimeField(allow_null=True)
    verified_at = serializers.DateTimeField(allow_null=True)
    records = DnsRecordOut(many=True)
    findings = DomainFindingOut(many=True)
    certificate = CertificateOut()
    version = serializers.IntegerField()
    created_at = serializers.DateTimeField()


def show_domain(domain: Domain, *, actor: Actor) -> dict[str, Any]:
    """Return a ``DomainOut``."""
    view = view_domain(domain, slug=actor.agency_slug)
    return {
        "id": domain.public_id,
        "domain": domain.domain,
        "portal": domain.portal,
        "state": domain.state,
        "is_primary": domain.is_primary,
        "url": view.url,
        "checking": view.is_busy,
        "checked_at": as_time(domain.checked_at),
        "verified_at": as_time(domain.verified_at),
        "records": [
            {"purpose": one.purpose, "type": one.kind, "name": one.name, "value": one.value}
            for one in view.records
        ],
        "findings": [
            {
                "check": one.check,
                "code": one.code,
                "ok": one.is_ok,
                "cause": one.cause,
                "remedy": one.remedy,
                "who": one.who,
            }
            for one in view.findings
        ],
        "certificate": {
            "state": domain.certificate_state,
            "issuer": domain.certificate_issuer,
            "valid_until": as_time(domain.certificate_until),
            "error": domain.certificate_error,
        },
        "version": domain.version,
        "created_at": as_time(domain.created_at),
    }
