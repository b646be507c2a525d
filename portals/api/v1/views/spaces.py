"""``spaces``: what can be booked, its slots, its free time, and a stream of its changes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_location, access_space
from booking.bookers import booker_of
from booking.models import Space
from booking.rules import make_period
from booking.selectors.calendar import list_slots_of_day
from booking.selectors.places import list_spaces_for, search_spaces
from booking.selectors.spans import list_free_periods
from booking.services.pricing import pays_as_member
from booking.services.space_hours import change_space_hours
from booking.services.spaces import archive_space, change_space, create_space
from portals.api.answers import answer, answer_all
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate, sort_rows
from portals.api.parsing import etag_of, read_version
from portals.api.v1.serializers.places import (
    SpaceChangesIn,
    SpaceIn,
    SpaceOut,
    SpaceQuery,
    read_hours,
    read_space_fields,
    show_space,
)
from portals.api.v1.serializers.slots import (
    AvailabilityQuery,
    FreeTimeOut,
    SlotOut,
    SlotQuery,
    show_period,
    show_slot,
)
from portals.realtime.topics import space_topic
from portals.realtime.views import hand_over
from spotex.kernel.actor import Actor
from tenants.access import require
from tenants.permissions import Permission

TAG: Final = "spaces"
EXAMPLE: Final = {
    "location": "loc_01jd3vq8x0v4k5m6n7p8q9r0st",
    "name": "Sala Riunioni",
    "kind": "MEETING_ROOM",
    "capacity": 8,
    "hourly_price": {"amount_minor": 2500, "currency": "EUR"},
    "payment": "PREPAID",
}


class SpaceList(Endpoint):
    """All spaces that the caller sees."""

    @operation(
        "List spaces",
        tag=TAG,
        scope=Permission.SPACE_VIEW,
        query=SpaceQuery,
        answer=SpaceOut,
        many=True,
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """Spaces that you see, by name; archived ones are left out."""
        rows = search_spaces(list_spaces_for(actor_of(request)), text=filters["search"])
        rows = rows.prefetch_related("hours")
        if "location" in filters:
            rows = rows.filter(location__public_id=filters["location"])
        if "kind" in filters:
            rows = rows.filter(kind=filters["kind"])
        return paginate(
            sort_rows(rows, ordering=filters["ordering"]), filters=filters, show=show_space
        )

    @operation(
        "Create a space",
        tag=TAG,
        scope=Permission.SPACE_MANAGE,
        body=SpaceIn,
        answer=SpaceOut,
        status=201,
        example=EXAMPLE,
        idempotent=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Add a space; the plan limits how many there are.

        A space with a ``parent`` is a part of it: each blocks the other. With ``seats`` places are
        sold one by one.
        """
        actor = actor_of(request)
        require(actor, Permission.SPACE_MANAGE)
        data["location"] = access_location(actor, data["location"])
        if "parent" in data:
            data["parent"] = access_space(actor, data["parent"])
        hours = read_hours(data.pop("opening_hours", []))
        with transaction.atomic():
            space = create_space(actor=actor, **read_space_fields(data))
            if hours:
                space = change_space_hours(space, hours, actor=actor)
        return _answer(space, status=201)


class SpaceDetail(Endpoint):
    """One space."""

    @operation("Show a space", tag=TAG, scope=Permission.SPACE_VIEW, answer=SpaceOut)
    def get(self, request: Request, *, space_id: str) -> Response:
        """One space with its rules and its price; the ``ETag`` is for ``If-Match``."""
        return _answer(access_space(actor_of(request), space_id))

    @operation(
        "Change a space",
        tag=TAG,
        scope=Permission.SPACE_MANAGE,
        body=SpaceChangesIn,
        answer=SpaceOut,
        example={"hourly_price": {"amount_minor": 3000, "currency": "EUR"}},
        versioned=True,
    )
    def patch(self, request: Request, *, space_id: str, data: dict[str, Any]) -> Response:
        """Change some fields; reservations that exist keep their time and their price.

        With ``If-Match`` a change that happened since you looked answers 409.
        """
        actor = actor_of(request)
        space = access_space(actor, space_id, permission=Permission.SPACE_MANAGE)
        version = read_version(request)
        if data:
            space = _change(space, data, actor=actor, version=version)
        return _answer(space)

    @operation("Archive a space", tag=TAG, scope=Permission.SPACE_MANAGE, answer=SpaceOut)
    def delete(self, request: Request, *, space_id: str) -> Response:
        """Offer a space no longer; with reservations to come, or parts, it answers 409."""
        actor = actor_of(request)
        space = access_space(actor, space_id, permission=Permission.SPACE_MANAGE)
        return _answer(archive_space(space, actor=actor))


class SpaceSlots(Endpoint):
    """The calendar of a day."""

    @operation(
        "List the slots of a space",
        tag="slots",
        scope=Permission.SPACE_VIEW,
        query=SlotQuery,
        answer=SlotOut,
        many=True,
    )
    def get(self, request: Request, *, space_id: str, filters: dict[str, Any]) -> Response:
        """All slots of a day in order, on one page.

        An id says space, beginning and length, so that a longer stay can be named as well:
        ``slot_…_20300131t0900z_120`` are two hours.
        """
        actor, now = actor_of(request), timezone.now()
        space = access_space(actor, space_id)
        day = filters.get("date") or _today(space, now=now)
        booker = booker_of(actor)
        slots = list_slots_of_day(space, day, booker=booker.key, now=now)
        for_member = pays_as_member(booker)
        return answer_all([show_slot(slot, space=space, is_member=for_member) for slot in slots])


class SpaceAvailability(Endpoint):
    """Free time."""

    @operation(
        "List the free time of a space",
        tag="slots",
        scope=Permission.SPACE_VIEW,
        query=AvailabilityQuery,
        answer=FreeTimeOut,
        many=True,
    )
    def get(self, request: Request, *, space_id: str, filters: dict[str, Any]) -> Response:
        """When the space is open and free, at most 31 days at a time, on one page.

        Only what is still to come, and long enough for the shortest stay. Ask the slot itself
        before you count on it: somebody else may be faster.
        """
        space = access_space(actor_of(request), space_id)
        period = make_period(starts_at=filters["from"], ends_at=filters["to"], field="to")
        return answer_all(
            [show_period(one) for one in list_free_periods(space, period, now=timezone.now())]
        )


class SpaceStream(Endpoint):
    """Changes as they happen."""

    @operation("Follow a space", tag=TAG, scope=Permission.SPACE_VIEW)
    def get(self, request: Request, *, space_id: str) -> HttpResponse:
        """Stream server-sent events.

        ``event: changed`` says that the slots are worth reading again, and nothing else. The first
        one comes at once. A hold that expires tells nobody: read ``expires_at``.
        """
        space = access_space(actor_of(request), space_id)
        return hand_over(actor_of(request), space_topic(space.public_id))


@transaction.atomic
def _change(space: Space, data: dict[str, Any], *, actor: Actor, version: int | None) -> Space:
    hours = data.pop("opening_hours", None)
    fields = read_space_fields(data)
    if fields:
        space, version = change_space(space, actor=actor, version=version, **fields), None
    if hours is not None:
        space = change_space_hours(space, read_hours(hours), actor=actor, version=version)
    return space


def _today(space: Space, *, now: datetime) -> date:
    return now.astimezone(ZoneInfo(space.location.time_zone)).date()


def _answer(space: Space, *, status: int = 200) -> Response:
    return answer(show_space(space), status=status, headers={"ETag": etag_of(space)})
