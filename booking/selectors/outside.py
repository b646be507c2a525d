"""Calendars elsewhere and their collisions, as somebody sees them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from booking.models import OutsideCalendar, OutsideEvent, Reservation
from booking.selectors.places import list_spaces_for
from booking.states import LIVE, OutsideState
from spotex.kernel.actor import Actor
from tenants.permissions import Permission


def list_outside_calendars_for(actor: Actor) -> QuerySet[OutsideCalendar]:
    """List the calendars elsewhere of spaces, for those of the agency who manage spaces."""
    if actor.customer_id is not None or not actor.can(Permission.SPACE_MANAGE):
        return OutsideCalendar.objects.none()
    live = Q(events__ends_at__gt=Now())
    found = OutsideCalendar.objects.filter(removed_at=None, space__in=list_spaces_for(actor))
    return (
        found.select_related("space__location")
        .annotate(
            busy=Count("events", filter=live & Q(events__state=OutsideState.BUSY)),
            colliding=Count("events", filter=live & Q(events__state=OutsideState.CONFLICT)),
        )
        .order_by("name", "pk")
    )


def list_conflicts_for(actor: Actor) -> QuerySet[OutsideEvent]:
    """List the events elsewhere that collide with what is sold, the earliest first."""
    if actor.customer_id is not None or not actor.can(Permission.RESERVATION_MANAGE):
        return OutsideEvent.objects.none()
    found = OutsideEvent.objects.filter(
        state=OutsideState.CONFLICT,
        ends_at__gt=Now(),
        calendar__removed_at=None,
        calendar__space__in=list_spaces_for(actor),
    )
    return found.select_related("calendar__space__location").order_by("starts_at", "pk")


def list_collisions(events: Sequence[OutsideEvent]) -> dict[int, list[Reservation]]:
    """Return by event the reservations in its way; one query for any number."""
    if not events:
        return {}
    ways = Q()
    for event in events:
        space = event.calendar.space
        ways |= Q(
            starts_at__lt=event.ends_at,
            ends_at__gt=event.starts_at,
            space__unit_low__lt=space.unit_high,
            space__unit_high__gt=space.unit_low,
        )
    stays = Reservation.objects.filter(ways, state__in=LIVE).select_related("space", "customer")
    found = list(stays.order_by("starts_at", "pk"))
    return {event.pk: [one for one in found if _collides(one, event)] for event in events}


def _collides(stay: Reservation, event: OutsideEvent) -> bool:
    one, other = stay.space, event.calendar.space
    is_near = one.unit_low < other.unit_high and other.unit_low < one.unit_high
    return is_near and stay.starts_at < event.ends_at and event.starts_at < stay.ends_at
