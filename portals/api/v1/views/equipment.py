"""``equipment``: what locations lend with a stay, and how much of it is left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from booking.access import access_equipment, access_location, access_space
from booking.models import Equipment, Location, Space
from booking.rules import make_period
from booking.selectors.equipment import (
    count_left,
    list_equipment_for,
    list_offered,
    search_equipment,
)
from booking.selectors.places import list_spaces_for
from booking.services.equipment import (
    EquipmentInvalid,
    archive_equipment,
    change_equipment,
    create_equipment,
)
from portals.api.answers import answer, answer_all
from portals.api.endpoint import Endpoint, actor_of, operation
from portals.api.pagination import paginate, sort_rows
from portals.api.parsing import etag_of, read_version
from portals.api.v1.references import find_chosen_spaces
from portals.api.v1.serializers.equipment import (
    EquipmentChangesIn,
    EquipmentIn,
    EquipmentLeftOut,
    EquipmentOut,
    EquipmentQuery,
    EquipmentTimeQuery,
    read_equipment,
    show_equipment,
    show_left,
)
from spotex.kernel.actor import Actor
from tenants.permissions import Permission

TAG: Final = "equipment"
EXAMPLE: Final = {
    "location": "loc_01jd3vq8x0v4k5m6n7p8q9r0st",
    "name": "Proiettore",
    "pricing": "PER_BOOKING",
    "price": {"amount_minor": 1500, "currency": "EUR"},
    "stock": 2,
}


class EquipmentList(Endpoint):
    """All equipment that the caller sees."""

    @operation(
        "List equipment",
        tag=TAG,
        scope=Permission.SPACE_VIEW,
        query=EquipmentQuery,
        answer=EquipmentOut,
        many=True,
    )
    def get(self, request: Request, *, filters: dict[str, Any]) -> Response:
        """What the locations that you see lend, by name; archived things are left out."""
        rows = search_equipment(list_equipment_for(actor_of(request)), text=filters["search"])
        if "location" in filters:
            rows = rows.filter(location__public_id=filters["location"])
        return paginate(
            sort_rows(rows.prefetch_related("spaces"), ordering=filters["ordering"]),
            filters=filters,
            show=show_equipment,
        )

    @operation(
        "Create equipment",
        tag=TAG,
        scope=Permission.SPACE_MANAGE,
        body=EquipmentIn,
        answer=EquipmentOut,
        status=201,
        example=EXAMPLE,
        idempotent=True,
    )
    def post(self, request: Request, *, data: dict[str, Any]) -> Response:
        """Add something that a location lends, free of charge unless ``pricing`` says otherwise."""
        actor, fields = actor_of(request), read_equipment(data)
        location = access_location(actor, data["location"], permission=Permission.SPACE_MANAGE)
        spaces = _find_spaces(actor, data.get("spaces", ()), location=location)
        made = create_equipment(location, actor=actor, spaces=spaces, **fields)
        return _answer(made, status=201)


class EquipmentDetail(Endpoint):
    """One thing that is lent."""

    @operation("Show equipment", tag=TAG, scope=Permission.SPACE_VIEW, answer=EquipmentOut)
    def get(self, request: Request, *, equipment_id: str) -> Response:
        """One thing; the ``ETag`` is for ``If-Match``."""
        return _answer(access_equipment(actor_of(request), equipment_id))

    @operation(
        "Change equipment",
        tag=TAG,
        scope=Permission.SPACE_MANAGE,
        body=EquipmentChangesIn,
        answer=EquipmentOut,
        example={"stock": 3},
        versioned=True,
    )
    def patch(self, request: Request, *, equipment_id: str, data: dict[str, Any]) -> Response:
        """Change some fields; what is booked keeps its price and its pieces.

        With ``If-Match`` a change that happened since you looked answers 409.
        """
        actor = actor_of(request)
        item = access_equipment(actor, equipment_id, permission=Permission.SPACE_MANAGE)
        version, fields = read_version(request), read_equipment(data)
        if "spaces" in data:
            fields["spaces"] = _find_spaces(actor, data["spaces"], location=item.location)
        if fields:
            item = change_equipment(item, actor=actor, version=version, **fields)
        return _answer(item)

    @operation("Archive equipment", tag=TAG, scope=Permission.SPACE_MANAGE, answer=EquipmentOut)
    def delete(self, request: Request, *, equipment_id: str) -> Response:
        """Lend something no more; who has booked it keeps it."""
        actor = actor_of(request)
        item = access_equipment(actor, equipment_id, permission=Permission.SPACE_MANAGE)
        return _answer(archive_equipment(item, actor=actor, now=timezone.now()))


class SpaceEquipment(Endpoint):
    """What can be had with a stay."""

    @operation(
        "Show equipment left",
        tag=TAG,
        scope=Permission.SPACE_VIEW,
        query=EquipmentTimeQuery,
        answer=EquipmentLeftOut,
        many=True,
    )
    def get(self, request: Request, *, space_id: str, filters: dict[str, Any]) -> Response:
        """What can be lent with a stay in a space from ``from`` to ``to``, and how much is left.

        What others hold counts as lent until they book it or their hold is over.
        """
        space = access_space(actor_of(request), space_id)
        stay = make_period(starts_at=filters["from"], ends_at=filters["to"], field="to")
        items = list(list_offered(space))
        left = count_left(items, stay=stay)
        return answer_all([show_left(one, left=left[one.pk], stay=stay) for one in items])


def _find_spaces(actor: Actor, public_ids: Iterable[str], *, location: Location) -> list[Space]:
    refusal = EquipmentInvalid(_("Choose spaces of this location."), field="spaces")
    spaces = list_spaces_for(actor).filter(location=location)
    return find_chosen_spaces(spaces, public_ids, refusal=refusal)


def _answer(item: Equipment, *, status: int = 200) -> Response:
    """Answer equipment with its ``ETag``."""
    return answer(show_equipment(item), status=status, headers={"ETag": etag_of(item)})
