"""Streams: the permission is asked here, the live process does the rest."""

from __future__ import annotations

from django.http import HttpResponse

from booking.access import access_reservation, access_space
from hosting.access import access_operation, access_site
from portals.realtime.topics import customer_topic, operation_topic, site_topic, space_topic
from portals.realtime.views import hand_over
from portals.shared.access import portal_view
from portals.shared.requests import PortalRequest
from tenants.permissions import Permission


@portal_view(Permission.SITE_VIEW)
def follow_sites(request: PortalRequest) -> HttpResponse:
    """Say when any site of the customer changes."""
    actor = request.actor
    return hand_over(actor, customer_topic(actor.customer_public_id, subject="sites"))


@portal_view(Permission.SITE_VIEW)
def follow_site(request: PortalRequest, public_id: str) -> HttpResponse:
    """Say when a site, or the work on it, changes."""
    return hand_over(request.actor, site_topic(access_site(request.actor, public_id).public_id))


@portal_view(Permission.OPERATION_VIEW)
def follow_operation(request: PortalRequest, public_id: str) -> HttpResponse:
    """Say when an operation changes."""
    operation = access_operation(request.actor, public_id)
    return hand_over(request.actor, operation_topic(operation.public_id))


@portal_view(Permission.SPACE_VIEW)
def follow_space(request: PortalRequest, public_id: str) -> HttpResponse:
    """Say when the slots of a space change."""
    return hand_over(request.actor, space_topic(access_space(request.actor, public_id).public_id))


@portal_view(Permission.RESERVATION_VIEW)
def follow_reservation(request: PortalRequest, public_id: str) -> HttpResponse:
    """Say when a reservation, or the space around it, changes."""
    reservation = access_reservation(request.actor, public_id)
    return hand_over(request.actor, space_topic(reservation.space.public_id))
