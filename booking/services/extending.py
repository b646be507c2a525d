"""Extending a stay that runs: people stay longer, if nobody comes after them."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.events.stays import ReservationExtended
from booking.models import Claim, Reservation
from booking.periods import Period
from booking.prices import Price
from booking.selectors.calendar import list_occupied
from booking.services.appointments import plan_longer_stay
from booking.services.bookable import require_longer
from booking.services.changing import require_agreed
from booking.services.claims import give_back, line_up, take
from booking.services.equipment_uses import borrow_again
from booking.services.holds import SlotTaken
from booking.services.longer_prices import find_terms, price_longer
from booking.services.requests import must_ask
from booking.services.rows import lock_reservation
from booking.states import ClaimKind, PaymentRule, ReservationState
from booking.telling import tell_reservation
from booking.units import Interval
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.versions import require_version

MOST_STEPS: Final = 24
"""How many steps of the grid are looked ahead."""

_RUNNING: Final = frozenset({ReservationState.CONFIRMED.value, ReservationState.CHECKED_IN.value})


class NotExtendable(Conflict):
    """Only a stay that runs, and needs nobody's yes, is extended."""

    code = "not_extendable"


@transaction.atomic
def extend_stay(  # noqa: PLR0913  what more time is made of
    reservation: Reservation,
    *,
    ends_at: datetime,
    booker: Booker,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    most_minor: int | None = None,
) -> Reservation:
    """Let people who are there stay longer; what that costs more is paid later.

    Args:
        reservation: the row, with its space and its location.
        ends_at: the new end.
        booker: who extends it.
        actor: who asks.
        now: the present moment.
        version: as somebody saw it; None to skip the check.
        most_minor: what all of it may cost then, in minor units; None for whatever it costs.

    Raises:
        NotExtendable: it did not begin, or is over, or the agency has to agree first.
        EndBeforeStart: it would not last longer.
        StayRefused, SpaceNotBookable, MembersOnly: a rule of the space forbids it.
        SlotTaken: somebody comes after them.
        EquipmentUnknown: its equipment is not lent there any more.
        EquipmentTaken: somebody has the equipment after them.
        PriceRises: it would cost more than that.
        Stale: somebody else changed it meanwhile.
    """
    reservation = lock_reservation(reservation)
    require_version(reservation, seen=version)
    _require_running(reservation, booker=booker, now=now)
    space, former = reservation.space, reservation.ends_at
    stay = Period(start=reservation.starts_at, end=former)
    stay = require_longer(space, stay=stay, ends_at=ends_at, booker=booker)
    price = price_longer(find_terms(reservation), ends_at=ends_at)
    require_agreed(price, most_minor=most_minor)
    _claim_longer(reservation, stay=stay)
    _charge(reservation, price)
    reservation.ends_at = ends_at
    reservation.save()
    plan_longer_stay(reservation, agency_id=actor.agency_id)
    ends = [former.isoformat(), ends_at.isoformat()]
    tell_reservation(ReservationExtended, reservation, actor=actor, ends_at=ends)
    return reservation


def can_extend(reservation: Reservation, *, booker: Booker, now: datetime) -> bool:
    """Tell whether a stay can be extended now, if nobody comes after it."""
    is_running = reservation.starts_at <= now < reservation.ends_at
    is_here = reservation.state in _RUNNING and is_running
    return is_here and not must_ask(reservation.space, booker=booker)


def list_later_ends(reservation: Reservation, *, booker: Booker) -> list[tuple[datetime, int]]:
    """Return until when a stay could last, each with what that costs more, in minor units.

    A look at this moment: only the claim decides.
    """
    space = reservation.space
    step, pause = (timedelta(minutes=n) for n in (space.slot_minutes, space.buffer_minutes))
    stay = Period(start=reservation.starts_at, end=reservation.ends_at)
    ahead = Period(start=stay.end, end=stay.end + MOST_STEPS * step + pause)
    unit = _find_place(reservation)
    taken = [
        one.busy.start
        for one in list_occupied(space, ahead)
        if one.subject != reservation.public_id
        and one.unit.low < unit.high
        and unit.low < one.unit.high
    ]
    found: list[tuple[datetime, int]] = []
    terms = find_terms(reservation)
    for number in range(1, MOST_STEPS + 1):
        ends_at = stay.end + number * step
        if taken and ends_at + pause > min(taken):
            break
        with suppress(RuleViolation):
            require_longer(space, stay=stay, ends_at=ends_at, booker=booker)
            price = price_longer(terms, ends_at=ends_at)
            found.append((ends_at, price.total_minor - reservation.total_minor))
    return found


def _require_running(reservation: Reservation, *, booker: Booker, now: datetime) -> None:
    if not can_extend(reservation, booker=booker, now=now):
        raise NotExtendable(_("Only a stay that runs at this moment can be extended."))


def _find_place(reservation: Reservation) -> Interval:
    """Return what is claimed: the space may have other seats than when it was booked."""
    claims = Claim.objects.filter(subject=reservation.public_id)
    claimed = claims.values_list("unit", flat=True).latest("pk")
    return Interval(low=claimed.lower, high=claimed.upper)


def _claim_longer(reservation: Reservation, *, stay: Period) -> None:
    """Claim the same place for longer; nobody is asked to change seats."""
    space = reservation.space
    unit = _find_place(reservation)
    line_up(space.unit)
    # Of the hours that are over, or theirs anyway, nothing has to be left.
    borrow_again(reservation, space=space, stay=Period(start=reservation.ends_at, end=stay.end))
    give_back(reservation.public_id)
    taken = take(
        unit,
        start=stay.start,
        end=stay.end + timedelta(minutes=space.buffer_minutes),
        kind=ClaimKind.RESERVATION,
        subject=reservation.public_id,
    )
    if taken is None:
        raise SlotTaken(_("Somebody comes after you: it cannot last so long."))
    reservation.claim = taken.claim


def _charge(reservation: Reservation, price: Price) -> None:
    """Give the longer stay its price; what was free of charge so far is paid later."""
    is_free = reservation.payment_rule == PaymentRule.FREE
    if is_free and price.total_minor:
        reservation.payment_rule = PaymentRule.PAY_LATER
    reservation.price = price
