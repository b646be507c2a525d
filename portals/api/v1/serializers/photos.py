"""Inputs and outputs of ``photos``."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from booking.models import SpacePhoto
from booking.models.photos import ALT_MAX_LENGTH
from portals.addresses import address_in
from portals.api.answers import as_time
from portals.api.fields import Input, Text
from tenants.hosts import AgencySnapshot
from tenants.states import PortalName


class PhotoQuery(Input):
    """What is seen on a photo, for those who cannot see it."""

    alt = Text(max_length=ALT_MAX_LENGTH)


class PhotoOut(serializers.Serializer[Any]):
    """A photo of a space; ``width`` and ``height`` are those of the large one.

    The addresses are on the customers' portal: anybody may read them where guests book the space,
    else whoever is signed in there and sees it.
    """

    id = serializers.CharField()
    space = serializers.CharField()
    alt = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    large_url = serializers.URLField()
    small_url = serializers.URLField()
    created_at = serializers.DateTimeField()


def show_photo(photo: SpacePhoto, *, agency: AgencySnapshot) -> dict[str, Any]:
    """Return a ``PhotoOut`` of a photo whose space is loaded."""
    name = photo.public_id
    return {
        "id": name,
        "space": photo.space.public_id,
        "alt": photo.alt,
        "width": photo.width,
        "height": photo.height,
        "large_url": address_in(PortalName.CUSTOMER, "photo-large", name, agency=agency),
        "small_url": address_in(PortalName.CUSTOMER, "photo-small", name, agency=agency),
        "created_at": as_time(photo.created_at),
    }
