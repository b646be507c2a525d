"""Other equipment for a reservation that stands; its time and its space stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.credit_shares import count_covered
from booking.events.stays import ReservationEquipped
from booking.models import EquipmentUse, Reservation
from booking.periods import Period
from booking.price_parts import drop_lines, list_equipment_words
from booking.prices import LineKind, Price
from booking.selectors.equipment import list_uses
from booking.selectors.vouchers import find_use
from booking.services.changing import (
    PriceDiffers,
    require_agreed,
    require_nobody_asked,
    require_to_come,
)
from booking.services.credit_book import keep_minutes
from booking.services.equipment_prices import Choice, charge, find_promised
from booking.services.equipment_uses import borrow, replace_uses
from booking.services.rows import lock_reservation
from booking.services.voucher_uses import keep_voucher
from booking.states import PaymentRule, ReservationState
from booking.telling import tell_reservation
from spotex.kernel.actor import Actor
from spotex.kernel.versions import require_version
from tenants.billing.selectors import sum_taken

_AROUND = (LineKind.EQUIPMENT, LineKind.VOUCHER, LineKind.CREDIT)


@transaction.atomic
def change_reservation_equipment(  # noqa: PLR0913  as a move
    reservation: Reservation,
    *,
    choices: Sequence[Choice],
    booker: Booker,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    most_minor: int | None = None,
) -> Reservation:
    """Lend other equipment with a reservation; the price of its time stays what it was.

    What it costs more than was paid is due from now on, as with a stay that lasts longer. The same
    pieces change nothing.

    Args:
        reservation: the row, with its space and location.
        choices: what is lent with it from now on.
        booker: who changes it.
        actor: who asks.
        now: the present moment.
        version: as somebody saw it; None to skip the check.
        most_minor: what it may cost, in minor units; None for whatever it costs.

    Raises:
        NotMovable: it is not confirmed, or began, or the agency has to agree first.
        EquipmentUnknown, EquipmentLimit, EquipmentTaken: the equipment cannot be lent.
        PriceDiffers: more than it would cost is paid already.
        PriceRises: it would cost more than that.
        Stale: somebody else changed it meanwhile.
    """
    reservation = lock_reservation(reservation)
    require_version(reservation, seen=version)
    require_to_come(reservation, now=now)
    space = reservation.space
    if not booker.is_staff:
        require_nobody_asked(space)
    before = {use.equipment_id: use.quantity for use in list_uses(reservation)}
    stay = Period(start=reservation.starts_at, end=reservation.ends_at)
    uses = borrow(choices, space=space, stay=stay, subject=reservation)
    if before == {use.equipment_id: use.quantity for use in uses}:
        return reservation  # the same as before: nobody has to hear of it
    words = list_equipment_words(reservation.price)
    _price_again(reservation, _find_price_with(reservation, uses), most_minor=most_minor)
    reservation.save()
    replace_uses(reservation, uses)
    changed = [", ".join(words), ", ".join(list_equipment_words(reservation.price))]
    tell_reservation(ReservationEquipped, reservation, actor=actor, equipment=changed)
    return reservation


def can_equip(reservation: Reservation, *, booker: Booker, now: datetime) -> bool:
    """Tell whether the equipment of a reservation can be changed now, if there is any."""
    is_to_come = reservation.state == ReservationState.CONFIRMED and reservation.starts_at > now
    return is_to_come and (booker.is_staff or not reservation.space.needs_approval)


def _find_price_with(
    reservation: Reservation, pieces: Sequence[Choice] | Sequence[EquipmentUse]
) -> Price:
    """Return what a reservation costs with other equipment, less its voucher or its credits."""
    space = reservation.space
    stay = Period(start=reservation.starts_at, end=reservation.ends_at)
    bare = drop_lines(reservation.price, *_AROUND, vat_percent=space.vat_percent)
    promised = find_promised(reservation, price=reservation.price)
    price = charge(bare, pieces, space=space, stay=stay, promised=promised)
    price = keep_voucher(reservation, price, space=space)
    return keep_minutes(reservation, price, stay=stay)


def _price_again(reservation: Reservation, price: Price, *, most_minor: int | None) -> None:
    """Give a reservation its new price; what was free of charge so far is paid later.

    Who paid all of it with a voucher or credits paid first: their terms of cancelling stay.
    """
    if price.total_minor < min(reservation.total_minor, sum_taken(reservation.public_id)):
        text = _("More than that is paid already. Cancel and book again, or get in touch.")
        raise PriceDiffers(text)
    require_agreed(price, most_minor=most_minor)
    if not price.total_minor:
        reservation.payment_rule = PaymentRule.FREE
    elif reservation.payment_rule == PaymentRule.FREE:
        is_paid = find_use(reservation) is not None or count_covered(reservation.price) > 0
        reservation.payment_rule = PaymentRule.PREPAID if is_paid else PaymentRule.PAY_LATER
    reservation.price = price
