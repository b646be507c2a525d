"""Streams: the permission is asked here, the live process does the rest."""

from __future__ import annotations

from django.http import HttpResponse

from hosting.access import access_operation, access_site
from portals.realtime.topics import agency_topic, operation_topic, site_topic
from portals.realtime.views import hand_over
from portals.shared.access import portal_view
from portals.shared.requests import PortalRequest
from tenants.permissions import Permission


@portal_view()
def follow_dashboard(request: PortalRequest) -> HttpResponse:
    """Say when a site of the agency, or work on one, changes."""
    agency = request.actor.agency_public_id
    return hand_over(
        request.actor,
        agency_topic(agency, subject="sites"),
        agency_topic(agency, subject="operations"),
    )


@portal_view(Permission.RESERVATION_VIEW)
def follow_calendar(request: PortalRequest) -> HttpResponse:
    """Say when anything on the calendars of the agency changes."""
    agency = request.actor.agency_public_id
    return hand_over(request.actor, agency_topic(agency, subject="calendar"))


@portal_view(Permission.DOMAIN_VIEW)
def follow_domains(request: PortalRequest) -> HttpResponse:
    """Say when an own domain of the agency changes, or was looked at."""
    return hand_over(request.actor, agency_topic(request.actor.agency_public_id, subject="domains"))


@portal_view(Permission.SITE_VIEW)
def follow_sites(request: PortalRequest) -> HttpResponse:
    """Say when any site of the agency changes."""
    return hand_over(request.actor, agency_topic(request.actor.agency_public_id, subject="sites"))


@portal_view(Permission.SITE_VIEW)
def follow_site(request: PortalRequest, public_id: str) -> HttpResponse:
    """Say when a site, or the work on it, changes."""
    return hand_over(request.actor, site_topic(access_site(request.actor, public_id).public_id))


@portal_view(Permission.OPERATION_VIEW)
def follow_operation(request: PortalRequest, public_id: str) -> HttpResponse:
    """Say when an operation changes."""
    operation = access_operation(request.actor, public_id)
    return hand_over(request.actor, operation_topic(operation.public_id))
