"""Moving a reservation to another time, or into another space."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.events import ReservationMoved
from booking.models import EquipmentUse, Reservation, Space
from booking.periods import Period
from booking.prices import Price
from booking.selectors.credits import count_used
from booking.selectors.vouchers import find_use
from booking.services.appointments import plan_stay
from booking.services.bookable import require_stay
from booking.services.changing import (
    NotMovable,
    PriceDiffers,
    require_agreed,
    require_nobody_asked,
    require_to_come,
)
from booking.services.claims import give_back, line_up
from booking.services.credit_book import move_credits
from booking.services.equipment_prices import Choice, charge
from booking.services.equipment_uses import borrow, borrow_again, replace_uses
from booking.services.holds import claim_space
from booking.services.person_limits import require_below_limit
from booking.services.pricing import is_member, price_stay, rule_for
from booking.services.reservation_equipment import change_reservation_equipment
from booking.services.rows import lock_reservation
from booking.services.voucher_uses import counts_in, keep_voucher
from booking.states import ClaimKind, PaymentRule
from booking.telling import tell_reservation
from spotex.kernel.actor import Actor
from spotex.kernel.versions import require_version
from tenants.billing.selectors import list_live_payments
from tenants.billing.states import OPEN


@transaction.atomic
def move_reservation(  # noqa: PLR0913  what a move is made of
    reservation: Reservation,
    *,
    stay: Period,
    booker: Booker,
    actor: Actor,
    now: datetime,
    space: Space | None = None,
    equipment: Sequence[Choice] | None = None,
    version: int | None = None,
    most_minor: int | None = None,
) -> Reservation:
    """Move a reservation, or give it other equipment; when that is not possible it stays as it was.

    Args:
        reservation: the row.
        stay: the new time.
        booker: who moves it: the rules of the space are other ones for the agency's own people.
        actor: who asks.
        now: the present moment.
        space: with its location; None to stay in the same.
        equipment: what is lent with it from now on; None for what it has.
        version: as somebody saw it; None to skip the check.
        most_minor: what it may cost there, in minor units; None for whatever it costs.

    Raises:
        NotMovable: it is not confirmed, or began; or it is paid, and cancelling it would cost
            something by now, which moving it away would evade; or the agency has to agree first.
        StayRefused, SpaceNotBookable, MembersOnly: a rule of the space forbids it.
        CreditsUnusable: it is paid with credits that do not count there.
        PriceDiffers: it is paid already, and the price would be another; or it would have to be
            paid first, or without its voucher.
        PriceRises: it would cost more than that.
        TooManyReservations: the person has as many there as one may.
        EquipmentUnknown, EquipmentLimit, EquipmentTaken: the equipment cannot be lent then, or there.
        SlotTaken: somebody else has that time.
        Stale: somebody else changed it meanwhile.
    """
    reservation = lock_reservation(reservation)
    require_version(reservation, seen=version)
    require_to_come(reservation, now=now)
    former = reservation.space
    target = space or former
    if (target, stay.start, stay.end) == (former, reservation.starts_at, reservation.ends_at):
        if equipment is None:
            return reservation  # it stays where it is: nobody has to hear of it
        return change_reservation_equipment(
            reservation,
            choices=equipment,
            booker=booker,
            actor=actor,
            now=now,
            most_minor=most_minor,
        )
    require_stay(target, stay=stay, booker=booker, now=now)
    before = [reservation.starts_at.isoformat(), former.name]
    if not booker.is_staff:
        require_nobody_asked(former, target)
        _require_free_to_leave(reservation, now=now)
    if target != former:
        require_below_limit(target, booker=booker, email=reservation.email)
    line_up(former.unit, target.unit)
    uses = _borrow(reservation, target, stay=stay, equipment=equipment)
    price = _find_new_price(reservation, target, stay=stay, pieces=uses)
    price = move_credits(reservation, price, space=target, stay=stay, actor=actor)
    _price_again(reservation, target, price=price, booker=booker, most_minor=most_minor)
    _claim_elsewhere(reservation, target, stay=stay)
    reservation.save()
    replace_uses(reservation, uses)
    plan_stay(reservation, agency_id=actor.agency_id)
    after = [stay.start.isoformat(), target.name]
    tell_reservation(
        ReservationMoved, reservation, actor=actor, former=former, moved=[before, after]
    )
    return reservation


def _claim_elsewhere(reservation: Reservation, space: Space, *, stay: Period) -> None:
    """Give one time back for another: in one transaction, so that nobody else gets both."""
    give_back(reservation.public_id)
    taken, reservation.seat = claim_space(
        space, stay=stay, kind=ClaimKind.RESERVATION, subject=reservation.public_id
    )
    reservation.claim, reservation.space = taken.claim, space
    reservation.starts_at, reservation.ends_at = stay.start, stay.end


def _require_free_to_leave(reservation: Reservation, *, now: datetime) -> None:
    is_paid = reservation.payment_rule == PaymentRule.PREPAID
    is_paid = is_paid or (
        reservation.payment_rule == PaymentRule.FREE
        and bool(find_use(reservation) or count_used(reservation))
    )
    if is_paid and now > reservation.starts_at - timedelta(hours=reservation.free_cancel_hours):
        raise NotMovable(_("It is too late to move this. Please get in touch."))


def _borrow(
    reservation: Reservation,
    space: Space,
    *,
    stay: Period,
    equipment: Sequence[Choice] | None,
) -> list[EquipmentUse]:
    if equipment is None:
        return borrow_again(reservation, space=space, stay=stay)
    return borrow(equipment, space=space, stay=stay, subject=reservation)


def _price_again(
    reservation: Reservation,
    space: Space,
    *,
    price: Price,
    booker: Booker,
    most_minor: int | None,
) -> None:
    payments = list_live_payments(reservation.public_id)
    has_money = any(payment.state not in OPEN for payment in payments)
    is_paid = reservation.payment_rule == PaymentRule.PREPAID or has_money
    differs = price.total_minor != reservation.total_minor
    if differs and is_paid:
        raise PriceDiffers(_("The other time has another price. Cancel and book again."))
    if not is_paid:
        reservation.payment_rule = _find_rule(reservation, space, price=price, booker=booker)
    reservation.price = price
    require_agreed(price, most_minor=most_minor)


def _find_new_price(
    reservation: Reservation,
    space: Space,
    *,
    stay: Period,
    pieces: Iterable[EquipmentUse],
) -> Price:
    """Return what it costs at another time or in another space, by the rates of now; no credits."""
    _require_voucher_there(reservation, space)
    price = price_stay(space, stay=stay, is_member=is_member(reservation.customer))
    price = charge(price, pieces, space=space, stay=stay)
    return keep_voucher(reservation, price, space=space)


def _find_rule(
    reservation: Reservation, space: Space, *, price: Price, booker: Booker
) -> PaymentRule:
    """Return how a stay that nobody paid for is paid there: what was free of charge may not be."""
    rule = rule_for(space, price)
    if rule != PaymentRule.PREPAID:
        return rule
    # Who was allowed to pay later keeps that in the same space; elsewhere the agency decides.
    is_later = reservation.payment_rule == PaymentRule.PAY_LATER
    if is_later and (booker.is_staff or space == reservation.space):
        return PaymentRule.PAY_LATER
    raise PriceDiffers(_("There one pays when booking. Cancel and book again."))


def _require_voucher_there(reservation: Reservation, space: Space) -> None:
    use = find_use(reservation)
    if use is not None and not counts_in(use.voucher, space):
        raise PriceDiffers(_("Your voucher does not count there. Cancel and book again."))
