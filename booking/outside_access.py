"""Fetch and authorise what leads outside: calendars that read and are read, the widget's sites."""

from __future__ import annotations

from django.utils.translation import gettext as _

from booking.models import Feed, OutsideCalendar, OutsideEvent, WidgetSite
from booking.selectors.feeds import list_feeds_for
from booking.selectors.outside import list_conflicts_for, list_outside_calendars_for
from booking.selectors.places import list_locations_for, list_spaces_for
from booking.selectors.widgets import list_widget_sites_for
from spotex.kernel.actor import Actor, Via
from spotex.kernel.errors import Missing
from tenants.access import actor_of_member, system_actor
from tenants.customers.access import actor_of_contact
from tenants.customers.selectors import list_contacts_of_user
from tenants.hosts import AgencySnapshot
from tenants.selectors import find_membership
from tenants.tokens import digest_of


def access_feed(actor: Actor, public_id: str) -> Feed:
    """Return an open feed that the actor may revoke, with its place and its reader.

    Raises:
        Missing: there is none with this id that the actor sees.
    """
    feed = list_feeds_for(actor).filter(public_id=public_id).first()
    if feed is None:
        raise Missing(_("There is no such calendar feed."))
    return feed


def access_feed_by_secret(secret: str, *, agency: AgencySnapshot) -> tuple[Feed, Actor]:
    """Return the feed of an address, and as whom it is read: what that actor sees stands in it.

    Raises:
        Missing: there is none; it was revoked, or its reader or its place is no longer there.
    """
    feeds = Feed.objects.filter(digest=digest_of(secret), revoked_at=None)
    feed = feeds.select_related("space__location", "location").first()
    actor = _find_reader(feed, agency=agency) if feed else None
    if feed is None or actor is None or not _has_place(feed, actor=actor):
        raise Missing(_("There is no such calendar feed."))
    return feed, actor


def _find_reader(feed: Feed, *, agency: AgencySnapshot) -> Actor | None:
    """Return the person of a feed with today's role, the agency itself for one without a person."""
    if feed.owner_id is None:
        return system_actor(agency)
    if feed.customer_id is not None:
        contact = list_contacts_of_user(feed.owner_id).filter(customer_id=feed.customer_id).first()
        return actor_of_contact(contact, agency=agency, via=Via.BROWSER) if contact else None
    member = find_membership(user_id=feed.owner_id, agency_id=agency.id)
    return actor_of_member(member, agency=agency, via=Via.BROWSER) if member else None


def _has_place(feed: Feed, *, actor: Actor) -> bool:
    if feed.space_id is not None:
        return list_spaces_for(actor).filter(pk=feed.space_id).exists()
    if feed.location_id is not None:
        return list_locations_for(actor).filter(pk=feed.location_id).exists()
    return True


def access_outside_calendar(actor: Actor, public_id: str) -> OutsideCalendar:
    """Return a calendar elsewhere that is read for a space, with this.

    Raises:
        Missing: there is none with this id that the actor manages.
    """
    calendar = list_outside_calendars_for(actor).filter(public_id=public_id).first()
    if calendar is None:
        raise Missing(_("There is no such calendar."))
    return calendar


def access_conflict(actor: Actor, public_id: str) -> OutsideEvent:
    """Return an event elsewhere that collides, with its calendar and space.

    Raises:
        Missing: there is none with this id that the actor may solve, or it is solved.
    """
    event = list_conflicts_for(actor).filter(public_id=public_id).first()
    if event is None:
        raise Missing(_("There is no such conflict. Perhaps it is solved already."))
    return event


def access_widget_site(actor: Actor, public_id: str) -> WidgetSite:
    """Return a site on which the widget may stand.

    Raises:
        Missing: there is none with this id that the actor manages.
    """
    site = list_widget_sites_for(actor).filter(public_id=public_id).first()
    if site is None:
        raise Missing(_("There is no such site."))
    return site
