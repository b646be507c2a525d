"""What other calendars say, and what became of it."""

from __future__ import annotations

from booking.models import OutsideEvent
from booking.selectors.calendar import list_occupied


def write(*stays, titles=(), extra="") -> bytes:
    """Write a calendar with an event for each stay; their ids follow their places."""
    names = [*titles, *("Gita",) * len(stays)]
    events = [
        f"BEGIN:VEVENT\r\nUID:{number}\r\nSUMMARY:{names[number]}\r\n"
        f"DTSTART:{stay.start:%Y%m%dT%H%M%SZ}\r\nDTEND:{stay.end:%Y%m%dT%H%M%SZ}\r\n{extra}"
        "END:VEVENT\r\n"
        for number, stay in enumerate(stays)
    ]
    head = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//tests//EN\r\n"
    return f"{head}{''.join(events)}END:VCALENDAR\r\n".encode()


def states() -> list[str]:
    return list(OutsideEvent.objects.order_by("starts_at", "pk").values_list("state", flat=True))


def busy(space, stay) -> list[tuple[str, object, object]]:
    found = list_occupied(space, stay)
    return sorted((one.kind.value, one.busy.start, one.busy.end) for one in found)
