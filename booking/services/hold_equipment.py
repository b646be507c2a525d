"""Equipment for what somebody holds: its pieces are theirs as long as the hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.models import Hold
from booking.periods import Period
from booking.price_parts import drop_lines
from booking.prices import LineKind
from booking.services.equipment_prices import charge, find_promised
from booking.services.equipment_uses import borrow, find_choices, replace_uses
from booking.services.holds import HoldExpired, lock_own_hold
from booking.services.voucher_uses import keep_voucher


@transaction.atomic
def put_equipment_on_hold(
    hold: Hold, *, wanted: Mapping[str, int], booker: Booker, now: datetime
) -> Hold:
    """Give what somebody holds some pieces of equipment instead of those it had.

    Args:
        hold: with its space and that with its location.
        wanted: public id → pieces; what is not named is given back.
        booker: whose the hold is.
        now: the present moment.

    Raises:
        Missing: the hold is somebody else's.
        HoldExpired: it is over.
        EquipmentUnknown, EquipmentLimit, EquipmentTaken: what it had stays.
    """
    hold = lock_own_hold(hold, booker=booker)
    if hold.end or hold.expires_at <= now:
        raise HoldExpired(_("This hold is over. Choose the time again."))
    space, stay = hold.space, Period(start=hold.starts_at, end=hold.ends_at)
    choices = find_choices(wanted, space=space, subject=hold)
    promised = find_promised(hold, price=hold.price)
    uses = borrow(choices, space=space, stay=stay, subject=hold)
    kinds = (LineKind.EQUIPMENT, LineKind.VOUCHER)
    price = drop_lines(hold.price, *kinds, vat_percent=space.vat_percent)
    price = charge(price, uses, space=space, stay=stay, promised=promised)
    hold.price = keep_voucher(hold, price, space=space)
    hold.save()
    replace_uses(hold, uses)
    return hold
