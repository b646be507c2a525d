"""The calendar file of a reservation, to download or to send along with a mail."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from booking.calendar_files import Attendee, CalendarEntry, Method, write_calendar
from booking.models import Reservation
from booking.states import OFF, PENDING
from tenants.hosts import AgencySnapshot

CALENDAR_TYPE: Final = "text/calendar"


def write_calendar_of(
    reservation: Reservation, *, agency: AgencySnapshot, method: Method, url: str
) -> bytes:
    """Write a reservation, with space and location loaded, as a calendar file of its agency.

    Args:
        reservation: the row as it is now.
        agency: whose name stands in it.
        method: to put it into a calendar, or to take it out.
        url: where the reservation is seen.
    """
    entry = describe_stay(reservation, url=url)
    host = Attendee(
        name=agency.brand_name, email=agency.support_email or settings.DEFAULT_FROM_EMAIL
    )
    guest = Attendee(name=reservation.name, email=reservation.email)
    return write_calendar(entry, method=method, host=host, guest=guest)


def describe_stay(reservation: Reservation, *, url: str) -> CalendarEntry:
    """Return a reservation, with space and location loaded, as who booked it sees it.

    Its number grows with every change; its id stays the same in files, mails and feeds.
    """
    space = reservation.space
    location = space.location
    return CalendarEntry(
        uid=f"{reservation.public_id}@{settings.SPOTEX_MAIL_DOMAIN}",
        sequence=_count_changes(reservation),
        summary=f"{space.name} · {location.name}",
        place=", ".join(part for part in (location.name, location.address) if part),
        text=_("Code of the reservation: %(code)s") % {"code": reservation.code},
        url=url,
        starts_at=reservation.starts_at,
        ends_at=reservation.ends_at,
        zone=location.time_zone,
        changed_at=reservation.updated_at,
        is_tentative=reservation.state in PENDING,
        is_cancelled=reservation.state in OFF,
    )


def _count_changes(reservation: Reservation) -> int:
    """Return a number that grows with every change, as calendars ask for it.

    Seconds since it was made: two changes in one second are one to a calendar, but a
    cancellation always counts.
    """
    seconds = int((reservation.updated_at - reservation.created_at).total_seconds())
    return seconds + (reservation.state in OFF)
