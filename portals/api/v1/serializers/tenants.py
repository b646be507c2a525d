"""Inputs and outputs of ``tenants``."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from portals.api.answers import as_time
from portals.api.fields import Choice, Input, Text
from portals.shared.figures import AgencyFigures
from tenants.hosts import portal_host_of, snapshot_of, url_for
from tenants.lengths import NAME_MAX_LENGTH
from tenants.models import Agency
from tenants.states import AgencyState, Language, PortalName, Tier


class TenantIn(Input):
    """What an agency says of itself."""

    name = Text(max_length=NAME_MAX_LENGTH, required=False)
    language = Choice(choices=Language.values, required=False)
    time_zone = Text(max_length=60, required=False)


class TenantOut(serializers.Serializer[Any]):
    """An agency."""

    id = serializers.CharField()
    name = serializers.CharField()
    slug = serializers.CharField()
    state = serializers.ChoiceField(choices=AgencyState.values)
    tier = serializers.ChoiceField(choices=Tier.values)
    language = serializers.ChoiceField(choices=Language.values)
    time_zone = serializers.CharField()
    agency_portal = serializers.URLField()
    customer_portal = serializers.URLField()
    created_at = serializers.DateTimeField()


class UsageOut(serializers.Serializer[Any]):
    """One limit of the plan: how many are allowed (−1: any), how many are there (null: uncounted)."""

    resource = serializers.CharField()
    allowed = serializers.IntegerField()
    used = serializers.IntegerField(allow_null=True)


class StatsOut(serializers.Serializer[Any]):
    """An agency in figures."""

    members = serializers.IntegerField()
    customers = serializers.IntegerField()
    contacts = serializers.IntegerField()
    sites = serializers.DictField(child=serializers.IntegerField())
    operations = serializers.DictField(child=serializers.IntegerField())
    usage = UsageOut(many=True)


def show_tenant(agency: Agency) -> dict[str, Any]:
    """Return an agency as the API shows it."""
    snapshot = snapshot_of(agency)
    return {
        "id": agency.public_id,
        "name": agency.name,
        "slug": agency.slug,
        "state": agency.state,
        "tier": agency.plan.tier,
        "language": agency.language,
        "time_zone": agency.time_zone,
        "agency_portal": url_for(portal_host_of(snapshot, PortalName.AGENCY)),
        "customer_portal": url_for(portal_host_of(snapshot, PortalName.CUSTOMER)),
        "created_at": as_time(agency.created_at),
    }


def show_stats(figures: AgencyFigures) -> dict[str, Any]:
    """Return an agency's figures as the API shows them."""
    return {
        "members": figures.members,
        "customers": figures.customers,
        "contacts": figures.contacts,
        "sites": figures.sites,
        "operations": figures.operations,
        "usage": [
            {"resource": one.resource, "allowed": one.allowed, "used": one.used}
            for one in figures.usage
        ],
    }
