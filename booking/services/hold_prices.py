"""What a hold costs: fixed as long as it lasts."""

from __future__ import annotations

from collections.abc import Sequence

from booking.bookers import Booker
from booking.models import EquipmentUse, Hold
from booking.periods import Period
from booking.services.credit_uses import keep_credits
from booking.services.equipment_prices import charge
from booking.services.pricing import pays_as_member, price_stay
from booking.services.voucher_uses import keep_voucher


def give_price(
    hold: Hold, *, stay: Period, booker: Booker, uses: Sequence[EquipmentUse] = ()
) -> None:
    """Fix what a hold costs with its equipment: it counts as long as the hold lasts."""
    hold.is_member_price = pays_as_member(booker)
    price = price_stay(hold.space, stay=stay, is_member=hold.is_member_price)
    price = charge(price, uses, space=hold.space, stay=stay)
    price = keep_voucher(hold, price, space=hold.space)
    hold.price = keep_credits(hold, price, stay=stay)
