"""The calendar file of a reservation as a download."""

from __future__ import annotations

from django.http import HttpResponse

from booking.calendar_files import Method
from booking.models import Reservation
from booking.states import ReservationState
from portals.calendars import CALENDAR_TYPE, write_calendar_of
from tenants.hosts import AgencySnapshot


def send_calendar(reservation: Reservation, *, agency: AgencySnapshot, url: str) -> HttpResponse:
    """Answer with the calendar file of a reservation."""
    is_cancelled = reservation.state == ReservationState.CANCELLED
    method = Method.CANCEL if is_cancelled else Method.PUBLISH
    content = write_calendar_of(reservation, agency=agency, method=method, url=url)
    response = HttpResponse(content, content_type=f"{CALENDAR_TYPE}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{reservation.code}.ics"'
    return response
