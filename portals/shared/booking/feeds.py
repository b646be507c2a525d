"""What stands in a calendar feed, for its reader and in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from booking.calendar_files import CalendarEntry, write_feed
from booking.models import Block, Feed, Reservation
from booking.selectors.feeds import list_feed_blocks, list_feed_stays
from booking.states import FeedKind
from portals.addresses import address_in
from portals.calendars import describe_stay
from spotex.kernel.actor import Actor
from tenants.hosts import AgencySnapshot
from tenants.states import PortalName


def address_of_feed(feed: Feed, secret: str, *, agency: AgencySnapshot) -> str:
    """Return the address that a calendar is given: on the host of who reads it."""
    return address_in(_portal_of(feed), "feed-file", secret, agency=agency)


def name_feed(feed: Feed) -> str:
    """Return what a feed with its place loaded is called in the reader's calendar."""
    if feed.space is not None:
        return f"{feed.space.name} · {feed.space.location.name}"
    return feed.location.name if feed.location is not None else _("My reservations")


def write_content_of_feed(
    feed: Feed, *, actor: Actor, agency: AgencySnapshot, at: datetime
) -> bytes:
    """Write a feed as its reader may see it at this moment.

    Args:
        feed: with its place.
        actor: as whom it is read.
        agency: whose feed it is.
        at: the present moment.
    """
    with translation.override(actor.language or agency.language):
        stays = list_feed_stays(feed, actor=actor, at=at)
        entries = [_show(one, feed=feed, agency=agency) for one in stays]
        blocks = list_feed_blocks(feed, actor=actor, at=at)
        entries += [_show_block(one, feed=feed) for one in blocks]
        return write_feed(
            sorted(entries, key=lambda entry: (entry.starts_at, entry.uid)),
            name=name_feed(feed),
            maker=agency.brand_name,
        )


def _show(reservation: Reservation, *, feed: Feed, agency: AgencySnapshot) -> CalendarEntry:
    if not feed.says_who:
        return _hide(describe_stay(reservation, url=""))
    portal = _portal_of(feed)
    name = f"{portal}:reservation-detail"
    url = address_in(portal, name, reservation.public_id, agency=agency)
    entry = describe_stay(reservation, url=url)
    if feed.kind == FeedKind.PERSON:
        return entry
    who = " · ".join([reservation.name, *_company(reservation), reservation.space.name])
    return replace(entry, summary=who)


def _company(reservation: Reservation) -> list[str]:
    return [reservation.customer.name] if reservation.customer else []


def _hide(entry: CalendarEntry) -> CalendarEntry:
    """Return what an outsider may know: that somebody has the time."""
    return replace(entry, summary=_("Busy"), place="", text="", url="")


def _show_block(block: Block, *, feed: Feed) -> CalendarEntry:
    location = block.space.location
    entry = CalendarEntry(
        uid=f"{block.public_id}@{settings.SPOTEX_MAIL_DOMAIN}",
        sequence=int(block.lifted_at is not None),
        summary=" · ".join([block.reason or _("Blocked"), block.space.name]),
        place=", ".join(part for part in (location.name, location.address) if part),
        text="",
        url="",
        starts_at=block.starts_at,
        ends_at=block.ends_at,
        zone=location.time_zone,
        changed_at=block.updated_at,
        is_cancelled=block.lifted_at is not None,
    )
    return entry if feed.says_who else _hide(entry)


def _portal_of(feed: Feed) -> PortalName:
    return PortalName.CUSTOMER if feed.customer_id else PortalName.AGENCY
