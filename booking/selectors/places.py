"""Locations and spaces, as somebody sees them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from booking.models import Location, Space
from spotex.kernel.actor import Actor
from tenants.permissions import Permission


def list_locations_for(actor: Actor) -> QuerySet[Location]:
    """List the locations that the actor sees: a contact those of the agency and of its company."""
    if actor.agency_id is None or not actor.can(Permission.SPACE_VIEW):
        return Location.objects.none()
    locations = (
        Location.objects.filter(archived_at=None).select_related("customer").order_by("name", "pk")
    )
    if actor.customer_id is not None:
        return locations.filter(Q(customer=None) | Q(customer_id=actor.customer_id))
    return locations


def search_locations(locations: QuerySet[Location], *, text: str) -> QuerySet[Location]:
    """Narrow a list to names and addresses that contain the text."""
    if not text:
        return locations
    return locations.filter(Q(name__icontains=text) | Q(address__icontains=text))


def list_spaces_for(actor: Actor) -> QuerySet[Space]:
    """List the spaces in the locations that the actor sees, with these."""
    return (
        Space.objects.filter(archived_at=None, location__in=list_locations_for(actor))
        .select_related("location", "location__customer", "parent")
        .order_by("location__name", "name", "pk")
    )


def list_public_spaces() -> QuerySet[Space]:
    """List the spaces of the agency in whose schema we are that guests may book.

    The rooms of a customer are for its own people, here as everywhere.
    """
    return (
        Space.objects.filter(
            archived_at=None,
            location__archived_at=None,
            location__customer=None,
            is_bookable=True,
            members_only=False,
        )
        .select_related("location")
        .order_by("location__name", "name", "pk")
    )


def search_spaces(spaces: QuerySet[Space], *, text: str) -> QuerySet[Space]:
    """Narrow a list to names of spaces and places that contain the text."""
    if not text:
        return spaces
    return spaces.filter(
        Q(name__icontains=text)
        | Q(location__name__icontains=text)
        | Q(location__address__icontains=text),
    )


def count_spaces() -> int:
    """Count the spaces that fill the plan's limit: all that are not archived."""
    return Space.objects.filter(archived_at=None).count()
