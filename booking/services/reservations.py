"""Reservations: booked, confirmed when they are paid, expired when they are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.credit_shares import is_covered_whole
from booking.due_kinds import EXPIRE
from booking.events import (
    ReservationConfirmed,
    ReservationExpired,
)
from booking.events.stays import ReservationLapsed
from booking.models import Hold, Reservation, Series, Space
from booking.periods import Period
from booking.prices import Price
from booking.services.appointments import plan_stay
from booking.services.beginning import begin_reservation, choose_rule, require_room_to_wait
from booking.services.bookable import require_stay
from booking.services.claiming import claim_for
from booking.services.claims import Outcome, is_valid, keep
from booking.services.credit_book import find_late_credits
from booking.services.credit_uses import pay_with_credits
from booking.services.demand import counts_refusals
from booking.services.equipment_prices import Choice
from booking.services.equipment_uses import find_late_equipment, keep_uses, lend
from booking.services.holds import lock_own_hold
from booking.services.person_limits import require_below_limit
from booking.services.pricing import price_booking, rule_for
from booking.services.requests import must_ask
from booking.services.rows import lock_booker, lock_reservation
from booking.services.voucher_uses import find_late_voucher, keep_use, redeem
from booking.states import (
    PENDING,
    RESERVATION_MACHINE,
    PaymentRule,
    ReservationAction,
    ReservationState,
)
from booking.telling import tell_reservation
from spotex.kernel.actor import Actor
from spotex.kernel.errors import RuleViolation
from tenants.customers.models import Customer
from tenants.customers.services.contacts import require_active
from tenants.due import cancel_due

NOTES_MAX_LENGTH: Final = 1_000


class NotesTooLong(RuleViolation):
    """The notes are longer than can be stored."""

    code = "notes_too_long"


class BookerUnknown(RuleViolation):
    """There is no name or address to which the confirmation could go."""

    code = "guest_missing"


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who will come, and where mail about the stay goes."""

    name: str
    email: str
    language: str = ""
    customer: Customer | None = None
    notes: str = ""


@counts_refusals
@transaction.atomic
def book_space(  # noqa: PLR0913  what a reservation is made of
    space: Space,
    *,
    stay: Period,
    booker: Booker,
    visitor: Visitor,
    actor: Actor,
    now: datetime,
    hold: Hold | None = None,
    pays_later: bool = False,
    voucher: str = "",
    equipment: Sequence[Choice] | None = None,
    with_credits: bool = False,
    series: Series | None = None,
) -> Reservation:
    """Book a space; what is paid first is kept until the term of the payment.

    Args:
        space: with its location.
        stay: when; the hold's own time where there is one.
        booker: who books, and whose limits count.
        visitor: who comes.
        actor: who asks.
        now: the present moment.
        hold: what was held for it before.
        pays_later: what is usually paid first is paid afterwards; only the agency's own people
            decide that.
        voucher: a code, instead of the one that the hold may have.
        equipment: what is lent with it, instead of what the hold may have; None for that.
        with_credits: pay with the customer's credits as far as they reach; those of the hold
            count anyway.
        series: what it is a part of.

    Raises:
        StayRefused, SpaceNotBookable, MembersOnly: a rule of the space forbids it.
        TooManyHolds, TooManyRequests, TooManyReservations, NotesTooLong, BookerUnknown, CustomerIsArchived: a rule
            forbids it.
        Missing: the hold is somebody else's.
        HoldExpired: the hold was used or given back.
        VoucherUnknown, VoucherUsedUp: the voucher cannot be used for this.
        EquipmentUnknown, EquipmentLimit, EquipmentTaken: the equipment cannot be lent for this.
        CreditsUnusable, CreditsWithVoucher, CreditsGone: the credits cannot be used for this.
        PriceChanged: the hold's time is up, and the price is another one now.
        NotPaidOnline: it is paid first, and the agency takes transfers only.
        SlotTaken: somebody else has it.
    """
    require_visitor(visitor)
    lock_booker(booker)
    if hold is not None:
        hold = lock_own_hold(hold, booker=booker)
        space, stay = hold.space, Period(start=hold.starts_at, end=hold.ends_at)
    require_stay(space, stay=stay, booker=booker, now=now)
    require_below_limit(space, booker=booker, email=visitor.email)
    require_room_to_wait(space, booker=booker, email=visitor.email, has_hold=hold is not None)
    price = price_booking(space, stay=stay, customer=visitor.customer, hold=hold, now=now)
    person = visitor.email.strip().lower()
    lent = lend(price, choices=equipment, space=space, stay=stay, hold=hold)
    paid = redeem(lent.price, code=voucher, space=space, person=person, hold=hold, now=now)
    covered = pay_with_credits(
        paid.price,
        space=space,
        stay=stay,
        customer=visitor.customer,
        hold=hold,
        wanted=with_credits,
    )
    reservation = _compose(space, stay=stay, booker=booker, visitor=visitor, price=covered.price)
    reservation.series = series
    choose_rule(reservation, pays_later=pays_later, booker=booker, actor=actor)
    if must_ask(space, booker=booker):
        reservation.state = ReservationState.PENDING_APPROVAL
    until = claim_for(reservation, hold=hold, now=now)
    begin_reservation(reservation, covered.parts, until=until, actor=actor)
    keep_uses(reservation, lent.uses)
    keep_use(reservation, paid)
    return reservation


@transaction.atomic
def confirm_reservation(reservation: Reservation, *, actor: Actor) -> Outcome:
    """Make a reservation final when its payment is there, however late.

    Money that comes after the term is honoured if and only if the space is still offered and free;
    the constraint decides that, once. So is a voucher, if it has a use left, and equipment, if
    others did not get it. A reservation that is lost stays expired, and whoever took the money has
    to give it back.

    Raises:
        IllegalMove: it was cancelled.
    """
    reservation = lock_reservation(reservation)
    if reservation.state in {ReservationState.CONFIRMED, ReservationState.CHECKED_IN}:
        return Outcome.KEPT
    RESERVATION_MACHINE.check(reservation, ReservationAction.CONFIRM)
    outcome = Outcome.LOST
    is_gone = find_late_equipment(reservation) or find_late_voucher(reservation)
    if not is_gone and not find_late_credits(reservation):
        is_offered = reservation.space.archived_at is None
        outcome, reservation.claim = keep(
            reservation.claim, ends_at=reservation.ends_at, may_revive=is_offered
        )
    if outcome == Outcome.LOST:
        _expire(reservation, actor=actor)
        return outcome
    RESERVATION_MACHINE.apply(reservation, ReservationAction.CONFIRM)
    reservation.save()
    cancel_due(EXPIRE, key=reservation.public_id)
    plan_stay(reservation, agency_id=actor.agency_id)
    tell_reservation(ReservationConfirmed, reservation, actor=actor, outcome=outcome.value)
    return outcome


@transaction.atomic
def expire_reservation(reservation: Reservation, *, actor: Actor) -> datetime | None:
    """Note that a reservation was not answered or paid in time; its space is free already.

    Return when to look again if it was answered in the last second, and is to be paid now.
    """
    reservation = lock_reservation(reservation)
    is_awaited = reservation.state == ReservationState.PENDING_PAYMENT
    if is_awaited and reservation.answered_at and is_valid(reservation.claim):
        return reservation.pay_by
    _expire(reservation, actor=actor)
    return None


def _compose(
    space: Space, *, stay: Period, booker: Booker, visitor: Visitor, price: Price
) -> Reservation:
    is_paid_first = space.payment == PaymentRule.PREPAID or is_covered_whole(price)
    reservation = Reservation(
        space=space,
        customer=visitor.customer,
        starts_at=stay.start,
        ends_at=stay.end,
        booker=booker.key,
        name=visitor.name.strip(),
        email=visitor.email.strip().lower(),
        language=visitor.language or booker.language or "it",
        notes=visitor.notes.strip(),
        payment_rule=rule_for(space, price),
        # What is paid later can be called off until it begins, and so can what a voucher pays of it.
        free_cancel_hours=space.free_cancel_hours if is_paid_first else 0,
        late_refund_percent=space.late_refund_percent,
    )
    reservation.price = price
    return reservation


def _expire(reservation: Reservation, *, actor: Actor) -> None:
    if reservation.state not in PENDING:
        return
    is_unanswered = reservation.state == ReservationState.PENDING_APPROVAL
    RESERVATION_MACHINE.apply(reservation, ReservationAction.EXPIRE)
    reservation.save()
    event = ReservationLapsed if is_unanswered else ReservationExpired
    tell_reservation(event, reservation, actor=actor)


def require_visitor(visitor: Visitor) -> None:
    """Pass if we know who comes, and where to write.

    Raises:
        BookerUnknown, NotesTooLong, CustomerIsArchived: a rule forbids it.
    """
    if not visitor.name.strip() or not visitor.email.strip():
        raise BookerUnknown(_("Say who comes, and to which address we may write."), field="guest")
    if len(visitor.notes) > NOTES_MAX_LENGTH:
        raise NotesTooLong(
            _("Notes have at most %(n)s characters.") % {"n": NOTES_MAX_LENGTH}, field="notes"
        )
    require_active(visitor.customer)
