"""A voucher for what somebody holds: its use is reserved as long as the hold."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.models import Hold, VoucherUse
from booking.selectors.vouchers import find_use
from booking.services.credit_uses import require_no_credits
from booking.services.holds import HoldExpired, lock_own_hold
from booking.services.voucher_uses import (
    VoucherUnknown,
    claim_voucher,
    reduce_by,
    without_voucher,
)


@transaction.atomic
def put_voucher_on_hold(hold: Hold, *, code: str, booker: Booker, now: datetime) -> Hold:
    """Reserve a use of a voucher for what somebody holds; the price is less from now on.

    Args:
        hold: with its space and that with its location.
        code: as it was typed; empty takes the voucher off.
        booker: whose the hold is.
        now: the present moment.

    Raises:
        Missing: the hold is somebody else's.
        HoldExpired: it is over.
        CreditsWithVoucher: it is paid with credits.
        VoucherUnknown, VoucherUsedUp: the voucher cannot be used for this; the one before stays.
    """
    hold = lock_own_hold(hold, booker=booker)
    if hold.end or hold.expires_at <= now:
        raise HoldExpired(_("This hold is over. Choose the time again."))
    price, use = without_voucher(hold.price, space=hold.space), find_use(hold)
    if code.strip():
        require_no_credits(price)
        if not price.total_minor:
            raise VoucherUnknown(_("Nothing is to be paid here."), field="voucher")
        person = booker.email.strip().lower() or booker.key
        voucher = claim_voucher(code, space=hold.space, person=person, now=now, besides=use)
        use = use or VoucherUse(hold=hold)
        use.voucher, use.person = voucher, person
        use.save()
        price = reduce_by(price, voucher, space=hold.space)
    elif use is not None:
        use.delete()
    hold.price = price
    hold.save()
    return hold
