"""Work of this context that falls due."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

from booking.due_kinds import (
    ANSWER_PAYMENT,
    COMPLETE,
    EXPIRE,
    MAIL_REPORTS,
    READ_CALENDAR,
    REMIND,
    SETTLE_EVENT,
    STOP_WAITING,
    TEND_LIST,
    WARN_OF_CREDIT,
)
from booking.models import Credit, OutsideCalendar, OutsideEvent, Reservation, Space
from booking.services.appointments import remind_of_stay, stop_waiting
from booking.services.arrivals import complete_reservation
from booking.services.credits import warn_of_credit
from booking.services.outside import read_outside_calendar
from booking.services.outside_busy import settle_events
from booking.services.payments import proceed_with_payment
from booking.services.report_mails import announce_reports
from booking.services.reservations import expire_reservation
from booking.services.tending import tend_waiting_list
from spotex.kernel.actor import Actor
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.billing.gateways.base import ProviderRefused, ProviderUnreachable
from tenants.billing.models import Payment
from tenants.billing.selectors import find_live_payment
from tenants.billing.services.payments import PaymentNotOpen
from tenants.due import due_handler
from tenants.models import Agency


@contextmanager
def _opening(key: str, *, agency_id: int | None) -> Iterator[tuple[Reservation, Actor]]:
    """Enter an agency and yield one of its reservations, and the platform as the actor there."""
    agency = Agency.objects.get(pk=agency_id or 0)
    with agency_scope(agency):
        found = Reservation.objects.select_related("space__location", "customer")
        yield found.get(public_id=key), system_actor(agency)


@due_handler(EXPIRE)
def note_that_term_is_over(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Mark a reservation that nobody answered or paid for; its space is free without this.

    The provider is asked first: the money may have come without anybody having told us.
    """
    with _opening(key, agency_id=agency_id) as (reservation, actor):
        payment = find_live_payment(reservation.public_id)
        if payment is not None and payment.reference:
            with suppress(ProviderUnreachable, ProviderRefused, PaymentNotOpen):
                proceed_with_payment(payment, actor=actor, now=at)
        return expire_reservation(reservation, actor=actor)


@due_handler(COMPLETE)
def note_that_stay_is_over(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Mark a reservation whose time is over."""
    with _opening(key, agency_id=agency_id) as (reservation, actor):
        return complete_reservation(reservation, actor=actor, now=at)


@due_handler(REMIND)
def remind_of_due_stay(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Tell who comes that the stay is soon."""
    with _opening(key, agency_id=agency_id) as (reservation, actor):
        return remind_of_stay(reservation, actor=actor, now=at)


@due_handler(STOP_WAITING)
def stop_waiting_for_people(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Give the time of those who did not come to others."""
    with _opening(key, agency_id=agency_id) as (reservation, actor):
        return stop_waiting(reservation, actor=actor, now=at)


@due_handler(ANSWER_PAYMENT)
def answer_due_payment(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Confirm what was paid, and take the money or let it go."""
    agency = Agency.objects.get(pk=agency_id or 0)
    with agency_scope(agency):
        payment = Payment.objects.select_related("customer").get(public_id=key)
        proceed_with_payment(payment, actor=system_actor(agency), now=at)
    return None


@due_handler(READ_CALENDAR)
def read_due_calendar(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Read a calendar elsewhere, as long as it and its space are there."""
    agency = Agency.objects.get(pk=agency_id or 0)
    with agency_scope(agency):
        found = OutsideCalendar.objects.select_related("space__location")
        calendar = found.filter(public_id=key, removed_at=None, space__archived_at=None).first()
        if calendar is None:
            return None
        return read_outside_calendar(calendar, actor=system_actor(agency), at=at)


@due_handler(SETTLE_EVENT)
def try_event_again(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Give an event elsewhere its time, now that the holds in its way are over."""
    agency = Agency.objects.get(pk=agency_id or 0)
    with agency_scope(agency):
        waiting = OutsideEvent.objects.filter(public_id=key, calendar__removed_at=None)
        settle_events(waiting, actor=system_actor(agency), at=at)
    return None


@due_handler(MAIL_REPORTS)
def mail_due_reports(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Tell those who chose it what the month brought that is over."""
    agency = Agency.objects.get(pk=agency_id or 0)
    with agency_scope(agency):
        return announce_reports(agency, now=at)


@due_handler(TEND_LIST)
def offer_what_came_free(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Offer what came free to those who wait for a space, in their order."""
    agency = Agency.objects.get(pk=agency_id or 0)
    with agency_scope(agency):
        space = Space.objects.get(public_id=key)
        return tend_waiting_list(space, actor=system_actor(agency), now=at)


@due_handler(WARN_OF_CREDIT)
def warn_of_due_credit(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Tell a customer of credits that end soon."""
    agency = Agency.objects.get(pk=agency_id or 0)
    with agency_scope(agency):
        credit = Credit.objects.select_related("account__customer").get(public_id=key)
        warn_of_credit(credit, actor=system_actor(agency), now=at)
    return None
