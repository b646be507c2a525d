"""Calendar files of stays; pure: everything that stands in one is an argument.

Source: RFC 5545 (iCalendar) and RFC 5546 (what METHOD, SEQUENCE and UID mean to calendars).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText, vUri


class Method(StrEnum):
    """What a calendar should do with an entry."""

    PUBLISH = "PUBLISH"
    """Show it: a file that somebody downloads."""

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
    calendar = Calendar()
    calendar.add("prodid", f"-//{host.name}//Booking//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method.value)
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
    event.add("description", f"{entry.text}\n{entry.url}")
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
