"""Mails to an agency about stays that wait for its yes."""

from __future__ import annotations

from django.utils.translation import gettext as _

from booking.events.stays import ReservationAsked
from booking.models import Reservation
from booking.periods import Period
from portals.flows.notices import Notice
from portals.flows.owners import mail_owners
from portals.stay_times import write_moment, write_stay, zone_of
from spotex.kernel.events import on
from tenants.models import Agency
from tenants.permissions import Permission
from tenants.selectors import list_people_who


@on(ReservationAsked)
def mail_request(event: ReservationAsked) -> None:
    """Tell those who may answer that somebody asks, and by when."""
    found = Reservation.objects.select_related("space__location", "customer")
    reservation = found.get(public_id=event.reservation)
    agency_id = event.actor.agency_id or 0
    mail_owners(
        agency_id,
        write=lambda agency: write_request(agency, reservation),
        page="agency:reservation-detail",
        arguments=[reservation.public_id],
        people=list_people_who(agency_id, permission=Permission.RESERVATION_MANAGE),
    )


def write_request(agency: Agency, reservation: Reservation) -> Notice:
    """Say who asks for what, and until when it is kept."""
    zone = zone_of(reservation.space)
    stay = write_stay(Period(start=reservation.starts_at, end=reservation.ends_at), zone=zone)
    company = f" ({reservation.customer.name})" if reservation.customer else ""
    words = {
        "agency": agency.name,
        "person": f"{reservation.name}{company}",
        "space": reservation.space.name,
        "when": f"{stay.day}, {stay.hours} ({stay.zone})",
        "moment": write_moment(reservation.answer_by, zone=zone) if reservation.answer_by else "",
    }
    texts = [
        _("%(person)s asks for %(space)s: %(when)s.") % words,
        _("The time is kept until %(moment)s. Without an answer it becomes free again.") % words,
    ]
    if reservation.notes:
        texts.append(f"“{reservation.notes}”")
    return Notice(
        title=_("%(agency)s: a request waits for your answer") % words,
        paragraphs=tuple(texts),
        button=_("Answer it"),
    )
