"""Photos of spaces, without their content."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from booking.models import Space, SpacePhoto
from booking.selectors.places import list_public_spaces, list_spaces_for
from spotex.kernel.actor import Actor


def list_photos_of(space: Space) -> QuerySet[SpacePhoto]:
    """List the photos of a space in their order."""
    return space.photos.defer("large", "small").order_by("position", "pk")


def find_covers(spaces: Collection[Space]) -> dict[int, SpacePhoto]:
    """Return by space the first photo, where there is one; one query for any number."""
    found = SpacePhoto.objects.filter(space__in=spaces).defer("large", "small")
    first = found.order_by("space_id", "position", "pk").distinct("space_id")
    return {photo.space_id: photo for photo in first}


def list_photos_for(actor: Actor) -> QuerySet[SpacePhoto]:
    """List the photos that somebody may see: of spaces for guests, and of those the actor sees."""
    seen = Q(space__in=list_public_spaces()) | Q(space__in=list_spaces_for(actor))
    return SpacePhoto.objects.filter(seen).select_related("space__location__customer")
