"""Names of places, and what both kinds of places share."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from booking.events import LocationEvent
from booking.models import Location, Reservation, Space
from booking.models.places import NAME_MAX_LENGTH
from booking.states import LIVE
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.events import Event, publish


class NameMissing(RuleViolation):
    """The name is blank or too long."""

    code = "name_invalid"


class StillReserved(Conflict):
    """People have reservations there."""

    code = "still_reserved"


def require_name(name: str) -> str:
    """Return a name that can be shown.

    Raises:
        NameMissing: it is blank or too long.
    """
    name = name.strip()
    if not name or len(name) > NAME_MAX_LENGTH:
        raise NameMissing(
            _("Give it a name of at most %(n)s characters.") % {"n": NAME_MAX_LENGTH}, field="name"
        )
    return name


def list_upcoming() -> QuerySet[Reservation]:
    """List the reservations that have, or may still get, their space."""
    return Reservation.objects.filter(state__in=LIVE, ends_at__gt=Now())


def tell_place(kind: type[Event], row: Location | Space, *, actor: Actor, **details: Any) -> None:
    """Publish an event about a location, or about a space whose location is loaded."""
    location = row if isinstance(row, Location) else row.location
    customer = location.customer
    more: dict[str, Any] = {}
    if issubclass(kind, LocationEvent):
        inside = Space.objects.filter(location=location).order_by("pk")
        more["spaces"] = tuple(inside.values_list("public_id", flat=True))
    publish(
        kind(
            actor=actor,
            subject_public_id=row.public_id,
            subject_name=row.name,
            customer_public_id=customer.public_id if customer else "",
            details=details,
            **more,
        ),
    )
