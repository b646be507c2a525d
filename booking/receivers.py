"""What follows in this context from events, its own and those of payments."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from booking.due_kinds import ANSWER_PAYMENT, TEND_LIST
from booking.events import (
    BlockLifted,
    CalendarChanged,
    HoldReleased,
    ReservationCancelled,
    ReservationConfirmed,
    ReservationEvent,
    ReservationExpired,
    ReservationMoved,
    SeriesBooked,
)
from booking.events.stays import (
    ReservationDeclined,
    ReservationEquipped,
    ReservationExtended,
    ReservationLapsed,
)
from booking.models import OutsideEvent, Reservation, Wish
from booking.services.credit_book import settle_credits
from booking.services.outside_busy import settle_events
from booking.services.payments import count_due, return_money
from booking.states import OPEN_WISHES
from booking.telling import list_concerned
from spotex.kernel.events import on
from tenants.billing.events import PaymentAuthorised, PaymentCaptured, PaymentEvent
from tenants.billing.selectors import find_live_payment, list_live_payments
from tenants.billing.services.decisions import decide_payment
from tenants.billing.services.payments import look_later
from tenants.billing.states import OPEN, Decision, SubjectKind
from tenants.due import schedule_due


@on(PaymentAuthorised, PaymentCaptured)
def plan_answer(event: PaymentEvent) -> None:
    """Let somebody answer money that came for a reservation, even if this process ends now."""
    if event.subject_kind == SubjectKind.RESERVATION:
        schedule_due(
            ANSWER_PAYMENT,
            key=event.payment,
            at=timezone.now(),
            agency_id=event.actor.agency_id,
        )


@on(ReservationCancelled)
def give_money_back(event: ReservationCancelled) -> None:
    """Let the money go back with the cancellation, or not at all."""
    reservation = Reservation.objects.get(public_id=event.reservation)
    return_money(reservation, actor=event.actor, now=timezone.now())


@on(ReservationConfirmed)
def write_credits_down(event: ReservationConfirmed) -> None:
    """Write the credits that a stay is paid with into the book, whichever way it was confirmed."""
    settle_credits(event.reservation, actor=event.actor)


@on(ReservationMoved, ReservationExtended, ReservationEquipped)
def drop_old_price(event: ReservationEvent) -> None:
    """Call off a payment that nobody made yet when the stay has another price now."""
    reservation = Reservation.objects.get(public_id=event.reservation)
    payments = list_live_payments(event.reservation)
    payment = next((one for one in payments if one.state in OPEN), None)
    if payment is not None and payment.amount_minor != count_due(reservation, payments=payments):
        decide_payment(payment, decision=Decision.RELEASE, actor=event.actor, now=timezone.now())


@on(ReservationExpired)
def ask_once_more(event: ReservationExpired) -> None:
    """Ask the provider whether the money is on its way after all."""
    payment = find_live_payment(event.reservation)
    if payment is not None:
        look_later(payment, actor=event.actor, at=timezone.now())


@on(
    *(BlockLifted, HoldReleased, ReservationCancelled, ReservationDeclined),
    *(ReservationExpired, ReservationLapsed, ReservationMoved),
)
def settle_conflicts(event: CalendarChanged) -> None:
    """Give time that became free to the events elsewhere that collided there."""
    concerned = OutsideEvent.objects.filter(calendar__space__public_id__in=event.spaces)
    settle_events(concerned, actor=event.actor, at=timezone.now())


@on(CalendarChanged)
def wake_waiting_list(event: CalendarChanged) -> None:
    """Let the lists be looked at of those who wait for any of the spaces.

    Of the stays of a series they are told together, when its last claim is made: the work that is
    due is one row for all, which who still makes claims must not keep from others.
    """
    waiting = _list_waited_for(event.spaces)
    if waiting and isinstance(event, ReservationConfirmed):
        booked = Reservation.objects.filter(public_id=event.reservation)
        if booked.filter(series__isnull=False).exists():
            return
    _wake(waiting, agency_id=event.actor.agency_id)


@on(SeriesBooked)
def wake_after_series(event: SeriesBooked) -> None:
    """Let the lists be looked at of those who wait where a series was booked."""
    first = Reservation.objects.select_related("space").get(public_id=event.subject_public_id)
    _wake(_list_waited_for(list_concerned(first.space)), agency_id=event.actor.agency_id)


def _list_waited_for(spaces: Iterable[str]) -> list[str]:
    """Return for which of some spaces somebody waits, always in the same order."""
    waiting = Wish.objects.filter(space__public_id__in=spaces, state__in=OPEN_WISHES)
    found = waiting.values_list("space__public_id", flat=True).distinct()
    return list(found.order_by("space__public_id"))


def _wake(spaces: Iterable[str], *, agency_id: int | None) -> None:
    for space in spaces:
        schedule_due(TEND_LIST, key=space, at=timezone.now(), agency_id=agency_id)
