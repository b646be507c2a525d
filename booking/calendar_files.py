"""Calendar files of stays; pure: everything that stands in one is an argument.

Source: RFC 5545 (iCalendar), RFC 5546 (what METHOD, SEQUENCE and UID mean to calendars) and
RFC 7986 (NAME and REFRESH-INTERVAL of a calendar that is read again).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vDuration, vText, vUri

READ_AGAIN: Final = timedelta(hours=1)
"""How often we ask calendars to read a feed; the large ones do it less often."""


class Method(StrEnum):
    """What a calendar should do with an entry."""

    PUBLISH = "PUBLISH"
    """Show it: a file that somebody downloads, or one with several entries."""

    REQUEST = "REQUEST"
    """Put it in, or replace it: a mail to who comes."""

    CANCEL = "CANCEL"
    """Take it out."""


@dataclass(frozen=True, kw_only=True)
class Attendee:
    """Somebody with an address."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class CalendarEntry:
    """One stay."""

    uid: str
    """The same for ever: by it a calendar recognises what it has."""

    sequence: int
    summary: str
    place: str
    text: str
    url: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    changed_at: datetime
    is_tentative: bool = False
    is_cancelled: bool = False


def write_calendar(
    entry: CalendarEntry, *, method: Method, host: Attendee, guest: Attendee
) -> bytes:
    """Write a calendar with one entry, times by the clock of the place.

    Args:
        entry: the stay.
        method: what it is for; people stand in it only where they are written to.
        host: who gives the space.
        guest: who comes.
    """
    calendar = _begin(maker=host.name, method=method)
    event = _compose(entry, is_cancelled=method == Method.CANCEL)
    if method != Method.PUBLISH:
        event["organizer"] = _address(host)
        attendee = _address(guest)
        attendee.params["partstat"] = vText("ACCEPTED")
        attendee.params["rsvp"] = vText("FALSE")
        event.add("attendee", attendee, encode=False)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def write_entries(entries: Iterable[CalendarEntry], *, maker: str) -> bytes:
    """Write a calendar with several entries, to be put into another at once."""
    calendar = _begin(maker=maker, method=Method.PUBLISH)
    for entry in entries:
        calendar.add_component(_compose(entry, is_cancelled=entry.is_cancelled))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def write_feed(entries: Iterable[CalendarEntry], *, name: str, maker: str) -> bytes:
    """Write a calendar that others read again and again; equal entries give equal bytes.

    Args:
        entries: what stands in it, those called off lately included.
        name: what the reader's calendar is called.
        maker: who gives it.
    """
    calendar = _begin(maker=maker, method=Method.PUBLISH)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(READ_AGAIN))
    for entry in entries:
        calendar.add_component(_compose(entry, is_cancelled=entry.is_cancelled))
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _begin(*, maker: str, method: Method) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", f"-//{maker}//Booking//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
    return calendar


def _compose(entry: CalendarEntry, *, is_cancelled: bool) -> Event:
    zone = ZoneInfo(entry.zone)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("dtstart", _by_clock(entry.starts_at, zone))
    event.add("dtend", _by_clock(entry.ends_at, zone))
    event.add("summary", entry.summary)
    event.add("location", entry.place)
    if entry.text or entry.url:
        event.add("description", "\n".join(part for part in (entry.text, entry.url) if part))
    if entry.url:
        event["url"] = vUri(entry.url)
    event.add("status", _status(is_cancelled=is_cancelled, is_tentative=entry.is_tentative))
    event.add("transp", "TRANSPARENT" if is_cancelled else "OPAQUE")
    return event


def _by_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment by the clock of the place; in UTC in the hour that a clock shows twice."""
    local = moment.astimezone(zone)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        return moment.astimezone(UTC)
    return local


def _status(*, is_cancelled: bool, is_tentative: bool) -> str:
    if is_cancelled:
        return "CANCELLED"
    return "TENTATIVE" if is_tentative else "CONFIRMED"


def _address(person: Attendee) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    address.params["cn"] = vText(person.name)
    return address
