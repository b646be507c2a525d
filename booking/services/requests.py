"""Stays that the agency agrees to one by one: asked for, answered, or left without an answer.

The space is kept for who asked by a claim that ends with the term, as a hold does: two requests
for one time cannot both wait, and no yes can ever sell a time twice.

Source: ADR 0041.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.bookers import Booker
from booking.due_kinds import EXPIRE
from booking.events import ReservationConfirmed
from booking.events.stays import ReservationApproved, ReservationAsked, ReservationDeclined
from booking.hold_terms import approved_time, most_requests
from booking.models import Reservation, Space
from booking.selectors.reservations import list_open_requests
from booking.services.appointments import plan_stay
from booking.services.claims import Outcome, extend, give_back, keep
from booking.services.credit_book import find_late_credits
from booking.services.equipment_uses import find_late_equipment
from booking.services.rows import lock_reservation
from booking.services.voucher_uses import find_late_voucher
from booking.states import (
    RESERVATION_MACHINE,
    PaymentRule,
    ReservationAction,
    ReservationState,
)
from booking.telling import tell_reservation
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, RuleViolation
from tenants.customers.services.contacts import require_active
from tenants.due import cancel_due, schedule_due

ANSWER_MAX_LENGTH: Final = 500


class TooManyRequests(RuleViolation):
    """The person waits for as many answers as one may."""

    code = "too_many_open_requests"


class AnswerTooLate(Conflict):
    """The term was over: the space is not kept any more."""

    code = "answer_too_late"


class AnswerTooLong(RuleViolation):
    """The words are more than can be stored."""

    code = "answer_too_long"


def must_ask(space: Space, *, booker: Booker) -> bool:
    """Tell whether somebody needs the agency's yes; its own people have it."""
    return space.needs_approval and not booker.is_staff


def require_room_for_request(booker: Booker, *, email: str) -> None:
    """Pass if somebody may ask for one more stay: each of them keeps a time from others.

    A guest is known by the address that was proven, for a cookie is soon another one.

    Raises:
        TooManyRequests: the person waits for as many answers as one may.
    """
    who = Q(booker=booker.key)
    if booker.is_guest:
        who |= Q(email=email.strip().lower(), customer=None)
    if list_open_requests().filter(who).count() >= most_requests():
        text = ngettext(
            "You wait for %(n)s answer already. Withdraw it, or wait for it.",
            "You wait for %(n)s answers already. Withdraw one, or wait for one.",
            most_requests(),
        )
        raise TooManyRequests(text % {"n": most_requests()})


def begin_request(reservation: Reservation, *, until: datetime, actor: Actor) -> None:
    """Let a new reservation wait for the agency, in the caller's transaction."""
    reservation.answer_by = until
    reservation.save()
    schedule_due(EXPIRE, key=reservation.public_id, at=until, agency_id=actor.agency_id)
    tell_reservation(ReservationAsked, reservation, actor=actor)


@transaction.atomic
def approve_request(
    reservation: Reservation, *, actor: Actor, now: datetime, words: str = ""
) -> Reservation:
    """Say yes; what is paid first is kept until its payment is there, the rest is confirmed.

    Args:
        reservation: with its space and customer.
        actor: who says it.
        now: the present moment.
        words: for the person who asked.

    Raises:
        IllegalMove: it does not wait for an answer.
        AnswerTooLate: the term is over, and somebody else may have the space.
        AnswerTooLong: the words are too many.
        CustomerIsArchived: the company is no customer any more.
    """
    reservation = lock_reservation(reservation)
    require_active(reservation.customer)
    RESERVATION_MACHINE.apply(reservation, ReservationAction.APPROVE)
    _note_answer(reservation, words=words, now=now)
    is_gone = find_late_equipment(reservation) or find_late_voucher(reservation)
    if is_gone or find_late_credits(reservation):
        raise _too_late()
    if reservation.payment_rule == PaymentRule.PREPAID:
        until = _keep_until_paid(reservation, now=now)
        reservation.pay_by = until
        reservation.save()
        schedule_due(EXPIRE, key=reservation.public_id, at=until, agency_id=actor.agency_id)
        tell_reservation(ReservationApproved, reservation, actor=actor, words=reservation.answer)
        return reservation
    outcome, reservation.claim = keep(reservation.claim, ends_at=reservation.ends_at)
    if outcome != Outcome.KEPT:  # what came free was offered to others; the transaction undoes it
        raise _too_late()
    RESERVATION_MACHINE.apply(reservation, ReservationAction.CONFIRM)
    reservation.save()
    cancel_due(EXPIRE, key=reservation.public_id)
    plan_stay(reservation, agency_id=actor.agency_id)
    tell_reservation(ReservationApproved, reservation, actor=actor, words=reservation.answer)
    tell_reservation(ReservationConfirmed, reservation, actor=actor)
    return reservation


def _keep_until_paid(reservation: Reservation, *, now: datetime) -> datetime:
    lasting: timedelta = approved_time(starts_at=reservation.starts_at, now=now)
    until = extend(reservation.claim, lasting=lasting, latest=now + lasting)
    if until is None:
        raise _too_late()
    return until


def _too_late() -> AnswerTooLate:
    return AnswerTooLate(_("The time to answer is over: the space is not kept any more."))


@transaction.atomic
def decline_request(
    reservation: Reservation, *, actor: Actor, now: datetime, words: str = ""
) -> Reservation:
    """Say no; the space is free at once. Doing it again changes nothing.

    Raises:
        IllegalMove: it does not wait for an answer.
        AnswerTooLong: the words are too many.
    """
    reservation = lock_reservation(reservation)
    if reservation.state == ReservationState.DECLINED:
        return reservation
    RESERVATION_MACHINE.apply(reservation, ReservationAction.DECLINE)
    _note_answer(reservation, words=words, now=now)
    reservation.save()
    give_back(reservation.public_id)
    cancel_due(EXPIRE, key=reservation.public_id)
    tell_reservation(ReservationDeclined, reservation, actor=actor, words=reservation.answer)
    return reservation


def _note_answer(reservation: Reservation, *, words: str, now: datetime) -> None:
    if len(words) > ANSWER_MAX_LENGTH:
        raise AnswerTooLong(
            _("Say it in at most %(n)s characters.") % {"n": ANSWER_MAX_LENGTH}, field="words"
        )
    reservation.answered_at, reservation.answer = now, words.strip()
