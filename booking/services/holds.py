"""Holds: a space kept free for one person while it is being booked.

Nobody needs to end a hold: its claim is valid until it expires, for everybody at the same instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.bookers import Booker
from booking.events import HoldReleased, SpaceHeld
from booking.hold_terms import hold_time, longest_hold, most_holds
from booking.models import Hold, Space
from booking.periods import Period
from booking.selectors.calendar import list_seats
from booking.selectors.reservations import count_unpaid, list_open_holds
from booking.services.bookable import require_stay
from booking.services.claims import Taken, extend, give_back, line_up, take
from booking.services.credit_uses import lock_account_of
from booking.services.demand import counts_refusals
from booking.services.equipment_prices import Choice
from booking.services.equipment_uses import borrow, borrow_again, keep_uses, lock_items_of
from booking.services.hold_prices import give_price
from booking.services.rows import lock_booker
from booking.services.voucher_uses import lock_voucher_of
from booking.states import ClaimKind, HoldEnd
from booking.telling import tell_calendar
from booking.units import Interval
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, Missing, RuleViolation
from spotex.kernel.locks import lock_row

_LOOK: Final = """
    SELECT 1 FROM booking_claim
    WHERE unit && int8range(%s, %s) AND busy && tstzrange(%s, %s) AND valid @> clock_timestamp()
    LIMIT 1
"""


_SEATED: Final = """
    SELECT DISTINCT lower(unit), upper(unit) FROM booking_claim
    WHERE unit && int8range(%s, %s) AND busy && tstzrange(%s, %s) AND valid @> clock_timestamp()
"""


class SlotTaken(Conflict):
    """Somebody else has the space, or a part of it, for a part of the time."""

    code = "slot_taken"


class TooManyHolds(RuleViolation):
    """The person holds as much as one may."""

    code = "too_many_holds"


class HoldExpired(Conflict):
    """The hold is over: its time is up, or it was given back or used."""

    code = "hold_expired"


@counts_refusals
def hold_space(
    space: Space,
    *,
    stay: Period,
    booker: Booker,
    actor: Actor,
    now: datetime,
    equipment: Sequence[Choice] = (),
) -> Hold:
    """Keep a space free for somebody for fifteen minutes, at the price of now.

    Args:
        space: with its location.
        stay: when.
        booker: for whom.
        actor: who asks.
        now: the present moment; the claim itself goes by the clock of the database.
        equipment: what is lent with it.

    Raises:
        StayRefused, SpaceNotBookable, MembersOnly: a rule of the space forbids it.
        TooManyHolds: the person holds as much as one may.
        EquipmentUnknown, EquipmentLimit, EquipmentTaken: the equipment cannot be lent.
        SlotTaken: somebody else has it.
    """
    require_stay(space, stay=stay, booker=booker, now=now)
    if not space.seats:
        _refuse_at_a_glance(space, stay=stay)
    return _hold(space, stay=stay, booker=booker, actor=actor, now=now, equipment=equipment)


@transaction.atomic
def _hold(
    space: Space,
    *,
    stay: Period,
    booker: Booker,
    actor: Actor,
    now: datetime,
    equipment: Sequence[Choice],
) -> Hold:
    lock_booker(booker)
    require_room_for_hold(booker)
    hold = Hold(space=space, starts_at=stay.start, ends_at=stay.end, booker=booker.key)
    uses = borrow(equipment, space=space, stay=stay)
    give_price(hold, stay=stay, booker=booker, uses=uses)
    taken, hold.seat = claim_space(
        space, stay=stay, kind=ClaimKind.HOLD, subject=hold.public_id, lasting=hold_time()
    )
    hold.claim, hold.expires_at = taken.claim, taken.until or now + hold_time()
    hold.save()
    keep_uses(hold, uses)
    tell_calendar(SpaceHeld, hold, actor=actor)
    return hold


@transaction.atomic
def extend_hold(hold: Hold, *, booker: Booker, actor: Actor) -> Hold:
    """Give somebody who is still at it fifteen minutes from now, up to the longest since the first.

    Raises:
        Missing: it is somebody else's.
        HoldExpired: it is over.
    """
    hold = lock_own_hold(hold, booker=booker)
    lock_items_of(hold)  # before others may see that the time was up
    lock_voucher_of(hold)
    lock_account_of(hold)
    latest = hold.created_at + longest_hold()
    until = None if hold.end else extend(hold.claim, lasting=hold_time(), latest=latest)
    if until is None:
        raise HoldExpired(_("This hold is over. Choose the time again."))
    hold.expires_at = until
    hold.save()
    tell_calendar(SpaceHeld, hold, actor=actor)
    return hold


@counts_refusals
@transaction.atomic
def change_hold(hold: Hold, *, stay: Period, booker: Booker, actor: Actor, now: datetime) -> Hold:
    """Hold another time instead, such as an hour more; what was held stays if that is not free.

    However often it is changed, it never lasts longer than the longest hold.

    Args:
        hold: with its space, and that with its location.
        stay: when.
        booker: whose it is.
        actor: who asks.
        now: the present moment.

    Raises:
        Missing: it is somebody else's.
        HoldExpired: it is over.
        StayRefused, SpaceNotBookable, MembersOnly: a rule of the space forbids it.
        SlotTaken: somebody else has the time.
        EquipmentTaken: others have its equipment then.
    """
    hold = lock_own_hold(hold, booker=booker)
    line_up(hold.space.unit)
    uses = [] if hold.end else borrow_again(hold, space=hold.space, stay=stay)
    lock_account_of(hold)
    left = min(hold_time(), hold.created_at + longest_hold() - now)
    if hold.end or left <= timedelta(0) or not give_back(hold.public_id):
        raise HoldExpired(_("This hold is over. Choose the time again."))
    require_stay(hold.space, stay=stay, booker=booker, now=now)
    taken, hold.seat = claim_space(
        hold.space, stay=stay, kind=ClaimKind.HOLD, subject=hold.public_id, lasting=left
    )
    hold.claim, hold.expires_at = taken.claim, taken.until or now + left
    hold.starts_at, hold.ends_at = stay.start, stay.end
    give_price(hold, stay=stay, booker=booker, uses=uses)
    hold.save()
    tell_calendar(SpaceHeld, hold, actor=actor)
    return hold


@transaction.atomic
def release_hold(hold: Hold, *, booker: Booker, actor: Actor) -> Hold:
    """Give a hold back; doing it again changes nothing.

    Raises:
        Missing: it is somebody else's.
        HoldExpired: it became a reservation.
    """
    hold = lock_own_hold(hold, booker=booker)
    if hold.end == HoldEnd.BOOKED:
        raise HoldExpired(_("This hold became a reservation. Cancel that instead."))
    if not hold.end:
        give_back(hold.public_id)
        hold.end = HoldEnd.RELEASED
        hold.save()
        tell_calendar(HoldReleased, hold, actor=actor)
    return hold


def lock_own_hold(hold: Hold, *, booker: Booker) -> Hold:
    """Return the hold as it is now, locked, with its space.

    Raises:
        Missing: it is somebody else's; nobody learns of others' holds.
    """
    space = hold.space
    hold = lock_row(hold)
    hold.space = space
    if hold.booker != booker.key:
        raise Missing(_("There is no such hold."))
    return hold


def claim_space(
    space: Space, *, stay: Period, kind: ClaimKind, subject: str, lasting: timedelta | None = None
) -> tuple[Taken, int | None]:
    """Claim a space, or the first free place in it; return the claim and the place's number.

    Raises:
        SlotTaken: there is nothing left.
    """
    busy = Period(start=stay.start, end=stay.end + timedelta(minutes=space.buffer_minutes))
    for number, unit in _list_open_units(space, busy):
        taken = take(
            unit, start=busy.start, end=busy.end, kind=kind, subject=subject, lasting=lasting
        )
        if taken is not None:
            return taken, number
    raise SlotTaken(_("Somebody else was faster. Choose another time."))


def _list_open_units(space: Space, busy: Period) -> list[tuple[int | None, Interval]]:
    """Return what may be claimed of a space: all of it, or the seats that look free, in order.

    The look spares a statement for each seat that is taken; to accept is the constraint's alone.
    """
    if not space.seats:
        return [(None, space.unit)]
    with connection.cursor() as cursor:
        cursor.execute(_SEATED, [space.unit_low, space.unit_high, busy.start, busy.end])
        taken = [Interval(low=low, high=high) for low, high in cursor.fetchall()]
    return [
        (number, seat)
        for number, seat in enumerate(list_seats(space))
        if not any(one.low < seat.high and seat.low < one.high for one in taken)
    ]


def _refuse_at_a_glance(space: Space, *, stay: Period) -> None:
    """Spare those who come too late, on a busy slot nearly all, the whole of a transaction.

    A look may refuse, for what it saw was true; to accept is the constraint's alone.

    Raises:
        SlotTaken: somebody has it.
    """
    end = stay.end + timedelta(minutes=space.buffer_minutes)
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [space.unit_low, space.unit_high, stay.start, end])
        if cursor.fetchone():
            raise SlotTaken(_("Somebody else was faster. Choose another time."))


def require_room_for_hold(booker: Booker) -> None:
    """Pass if somebody may keep one more time from others; what waits for money counts too.

    Raises:
        TooManyHolds: the person keeps as much as one may.
    """
    count = list_open_holds(booker.key).count()
    if not booker.is_staff:
        count += count_unpaid(booker.key)
    if count >= most_holds():
        text = ngettext(
            "You hold %(n)s time already. Book it or give it back first.",
            "You hold %(n)s times already. Book one or give one back first.",
            most_holds(),
        )
        raise TooManyHolds(text % {"n": most_holds()})
