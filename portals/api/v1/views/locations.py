"""``locations``: where spaces are, and when they are open."""

from __future__ import annotations

from typing import Any, Final

from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_location
from booking.models import Location
from booking.selectors.places import list_locations_for, search_locations
from booking.services.locations import archive_location, change_location, create_location
from portals.api.answers import answer
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate, sort_rows
from portals.api.parsing import etag_of, read_version
from portals.api.v1.references import find_customer
from portals.api.v1.serializers.places import (
    LocationChangesIn,
    LocationIn,
    LocationOut,
    LocationQuery,
    read_hours,
    show_location,
)
from tenants.access import require
from tenants.permissions import Permission

TAG: Final = "locations"
EXAMPLE: Final = {
    "name": "Coworking Navigli",
    "time_zone": "Europe/Rome",
    "address": "Alzaia Naviglio Grande 4, 20144 Milano",
    "opening_hours": [
        {"weekday": 0, "opens": "08:00", "closes": "20:00"},
        {"weekday": 1, "opens": "08:00", "closes": "20:00"},
    ],
}


class LocationList(Endpoint):
    """All locations that the caller sees."""

    @operation(
        "List locations",
        tag=TAG,
        scope=Permission.SPACE_VIEW,
        query=LocationQuery,
        answer=LocationOut,
        many=True,
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Locations that you see with their hours; archived ones are left out."""
        rows = list_locations_for(actor_of(request)).prefetch_related("hours")
        rows = search_locations(rows, text=filters["search"])
        if "customer" in filters:
            rows = rows.filter(customer__public_id=filters["customer"])
        return paginate(
            sort_rows(rows, ordering=filters["ordering"]), filters=filters, show=show_location
        )

    @operation(
        "Create a location",
        tag=TAG,
        scope=Permission.SPACE_MANAGE,
        body=LocationIn,
        answer=LocationOut,
        status=201,
        example=EXAMPLE,
        idempotent=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Add a place with its clock and its week.

        Without ``opening_hours`` it is closed; hours beyond 24:00 are of the day after.
        """
        actor = actor_of(request)
        require(actor, Permission.SPACE_MANAGE)
        data["opening_hours"] = read_hours(data.pop("opening_hours", []))
        if "customer" in data:
            data["customer"] = find_customer(actor, data["customer"])
        return answer_location(create_location(actor=actor, **data), status=201)


class LocationDetail(Endpoint):
    """One location."""

    @operation("Show a location", tag=TAG, scope=Permission.SPACE_VIEW, answer=LocationOut)
    def get(self, request: Request, *, location_id: str) -> Response:
        """One location with its hours; the ``ETag`` is for ``If-Match``."""
        return answer_location(access_location(actor_of(request), location_id))

    @operation(
        "Change a location",
        tag=TAG,
        scope=Permission.SPACE_MANAGE,
        body=LocationChangesIn,
        answer=LocationOut,
        example={"address": "Via Tortona 31, 20144 Milano"},
        versioned=True,
    )
    def patch(self, request: Request, *, location_id: str, data: dict[str, Any]) -> Response:
        """Change some fields; reservations that exist stay as they are.

        With ``If-Match`` a change that happened since you looked answers 409.
        """
        actor = actor_of(request)
        location = access_location(actor, location_id, permission=Permission.SPACE_MANAGE)
        version = read_version(request)
        if "opening_hours" in data:
            data["opening_hours"] = read_hours(data["opening_hours"])
        if data:
            location = change_location(location, actor=actor, version=version, **data)
        return answer_location(location)

    @operation("Archive a location", tag=TAG, scope=Permission.SPACE_MANAGE, answer=LocationOut)
    def delete(self, request: Request, *, location_id: str) -> Response:
        """Offer a location and its spaces no longer; with reservations to come it answers 409."""
        actor = actor_of(request)
        location = access_location(actor, location_id, permission=Permission.SPACE_MANAGE)
        return answer_location(archive_location(location, actor=actor))


def answer_location(location: Location, *, status: int = 200) -> Response:
    """Answer a location with its ``ETag``."""
    return answer(show_location(location), status=status, headers={"ETag": etag_of(location)})
