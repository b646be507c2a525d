"""Mails about reservations, in the agency's brand and the reservation's language.

Queued in the transaction of what happened, so that none is confirmed without its mail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _

from booking.calendar_files import Method, write_entries
from booking.events import (
    ReservationCancelled,
    ReservationConfirmed,
    ReservationEvent,
    ReservationExpired,
    ReservationMissed,
    ReservationMoved,
    ReservationReminded,
    ReservationRequested,
    ReservationUnsold,
    SeriesBooked,
    SeriesCancelled,
)
from booking.events.stays import (
    NoShowUndone,
    ReservationApproved,
    ReservationAsked,
    ReservationDeclined,
    ReservationEquipped,
    ReservationExtended,
    ReservationLapsed,
)
from booking.guest_links import sign_reservation
from booking.models import Reservation
from booking.states import ReservationState
from portals.addresses import address_in
from portals.calendars import CALENDAR_TYPE, describe_stay, write_calendar_of
from portals.flows import reservation_words as words
from portals.flows.reservation_words import ReservationNotice
from spotex.kernel.events import Event, on
from tenants.hosts import AgencySnapshot
from tenants.selectors import find_agency_snapshot
from tenants.services.mail import Attachment, queue_mail, render_letter
from tenants.states import PortalName

Writer = Callable[[Reservation], ReservationNotice]

_WRITERS: Final[dict[type[ReservationEvent], tuple[Writer, Method | None]]] = {
    ReservationRequested: (words.write_requested, None),
    ReservationConfirmed: (words.write_confirmed, Method.REQUEST),
    ReservationEquipped: (words.write_equipped, None),
    ReservationExtended: (words.write_extended, Method.REQUEST),
    ReservationMoved: (words.write_moved, Method.REQUEST),
    ReservationCancelled: (words.write_cancelled, Method.CANCEL),
    ReservationExpired: (words.write_expired, None),
    ReservationUnsold: (words.write_unsold, None),
    ReservationReminded: (words.write_reminder, None),
    ReservationMissed: (words.write_missed, None),
    ReservationAsked: (words.write_asked, None),
    ReservationApproved: (words.write_approved, None),
    ReservationDeclined: (words.write_declined, None),
    ReservationLapsed: (words.write_lapsed, None),
    NoShowUndone: (words.write_expected, None),
}


@on(*_WRITERS)
def mail_reservation(event: ReservationEvent) -> None:
    """Tell who comes what happened, with the file for the calendar where that concerns it."""
    agency = find_agency_snapshot(event.actor.agency_id or 0)
    if agency is None:
        return
    found = Reservation.objects.select_related("space__location")
    reservation = found.get(public_id=event.reservation)
    is_booked_with_others = reservation.series_id and isinstance(event, ReservationConfirmed)
    if is_booked_with_others or event.with_others:
        return  # one mail tells of all of them
    if isinstance(event, ReservationApproved) and event.state != ReservationState.PENDING_PAYMENT:
        return  # the confirmation says it
    write, method = _WRITERS[type(event)]
    language, url = (
        reservation.language or agency.language,
        find_reservation_url(reservation, agency=agency),
    )
    with translation.override(language):
        notice = write(reservation)
        attachment = _attach(reservation, agency=agency, method=method, url=url) if method else None
    letter = render_letter(
        "reservation",
        agency=agency,
        language=language,
        context={"notice": notice, "name": reservation.name, "link": url},
    )
    queue_mail(letter, recipient=reservation.email, agency=agency, attachment=attachment)


@on(SeriesBooked)
def mail_series(event: SeriesBooked) -> None:
    """Tell who comes of all stays of a series at once."""
    _mail_together(event, write=words.write_series, with_file=True)


@on(SeriesCancelled)
def mail_series_off(event: SeriesCancelled) -> None:
    """Tell who was to come of all stays that are called off at once.

    Without a file: calendars take events out by it only one at a time.
    """
    _mail_together(event, write=words.write_series_cancelled, with_file=False)


def _mail_together(
    event: Event, *, write: Callable[[Sequence[Reservation]], ReservationNotice], with_file: bool
) -> None:
    """Write one mail of several stays, with one file for the calendar where that is of use."""
    agency = find_agency_snapshot(event.actor.agency_id or 0)
    found = Reservation.objects.select_related("space__location").filter(
        public_id__in=event.details["reservations"]
    )
    stays = list(found.order_by("starts_at", "pk"))
    if agency is None or not stays:
        return
    first, language = stays[0], stays[0].language or agency.language
    with translation.override(language):
        notice = write(stays)
        attachment = _attach_all(stays, agency=agency) if with_file else None
    letter = render_letter(
        "reservation",
        agency=agency,
        language=language,
        context={
            "notice": notice,
            "name": first.name,
            "link": find_reservation_url(first, agency=agency),
        },
    )
    queue_mail(letter, recipient=first.email, agency=agency, attachment=attachment)


def _attach_all(stays: Sequence[Reservation], *, agency: AgencySnapshot) -> Attachment:
    """Return the file of several stays: calendars take invitations one by one, but import many."""
    entries = [describe_stay(one, url=find_reservation_url(one, agency=agency)) for one in stays]
    return Attachment(
        name=_("reservations") + ".ics",
        kind=f"{CALENDAR_TYPE}; method={Method.PUBLISH}",
        text=write_entries(entries, maker=agency.brand_name).decode(),
    )


def _attach(
    reservation: Reservation, *, agency: AgencySnapshot, method: Method, url: str
) -> Attachment:
    content = write_calendar_of(reservation, agency=agency, method=method, url=url)
    return Attachment(
        name=f"{reservation.code}.ics",
        kind=f"{CALENDAR_TYPE}; method={method}",
        text=content.decode(),
    )


def find_reservation_url(reservation: Reservation, *, agency: AgencySnapshot) -> str:
    """Return where its maker sees a reservation: in the portal, or by a guest's signed link."""
    name, argument = "customer:reservation-detail", reservation.public_id
    if reservation.customer_id is None:
        name, argument = "guest-reservation-detail", sign_reservation(reservation.public_id)
    return address_in(PortalName.CUSTOMER, name, argument, agency=agency)
