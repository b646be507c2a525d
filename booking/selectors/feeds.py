"""Feeds as somebody sees them, and what stands in one."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from booking.models import Block, Feed, Reservation
from booking.selectors.places import list_spaces_for
from booking.selectors.reservations import list_reservations_for
from booking.states import OFF, FeedKind
from spotex.kernel.actor import Actor
from tenants.permissions import Permission

BACK: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=550)
TAKEN_OUT: Final = timedelta(days=60)
"""How long what was called off stays in, as such: longer than calendars go without reading."""

MOST_ENTRIES: Final = 2_000


def list_feeds_for(actor: Actor) -> QuerySet[Feed]:
    """List the open feeds that somebody may revoke: the own ones, and those of the agency.

    Who manages spaces has those that say “busy”; who manages members has everybody's.
    """
    if actor.agency_id is None or not actor.can(Permission.RESERVATION_VIEW):
        return Feed.objects.none()
    feeds = Feed.objects.filter(revoked_at=None).order_by("-pk")
    feeds = feeds.select_related("space__location", "location", "owner")
    own = Q(owner_id=actor.user_id)
    if actor.customer_id is not None:
        return feeds.filter(own, customer_id=actor.customer_id)
    if actor.can(Permission.SPACE_MANAGE):
        own |= Q(owner=None)
    if actor.can(Permission.MEMBER_MANAGE):
        own = Q()
    return feeds.filter(own, customer=None)


def list_feed_stays(feed: Feed, *, actor: Actor, at: datetime) -> list[Reservation]:
    """Return the stays that stand in a feed, the earliest first, with those called off lately.

    A space has those of what it is part of and of its parts, too: they keep it busy.

    Args:
        feed: with its space and location.
        actor: as whom it is read.
        at: the present moment.
    """
    shown = Q(starts_at__lt=at + AHEAD, ends_at__gt=at - BACK)
    recent = ~Q(state__in=OFF) | Q(updated_at__gt=at - TAKEN_OUT)
    found = list_reservations_for(actor).filter(shown, recent)
    if feed.kind == FeedKind.PERSON:
        own = Q(booker=actor.user_public_id) | Q(email__iexact=actor.email)
        found = found.filter(own, customer__public_id=actor.customer_public_id)
    else:
        found = found.filter(_place_of(feed))
    return list(found.order_by("starts_at", "pk")[:MOST_ENTRIES])


def list_feed_blocks(feed: Feed, *, actor: Actor, at: datetime) -> list[Block]:
    """Return the times in which nobody can book, as they stand in the feed of a place.

    Those lifted lately are among them, as stays called off are.
    """
    if feed.kind == FeedKind.PERSON:
        return []
    shown = Q(starts_at__lt=at + AHEAD, ends_at__gt=at - BACK)
    recent = Q(lifted_at=None) | Q(lifted_at__gt=at - TAKEN_OUT)
    found = Block.objects.filter(shown, recent, _place_of(feed))
    found = found.filter(space__in=list_spaces_for(actor)).select_related("space__location")
    return list(found.order_by("starts_at", "pk")[:MOST_ENTRIES])


def _place_of(feed: Feed) -> Q:
    space = feed.space
    if space is None:
        return Q(space__location_id=feed.location_id)
    return Q(space__unit_low__lt=space.unit_high, space__unit_high__gt=space.unit_low)
