"""Credits for what somebody holds: their minutes are reserved as long as the hold."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.credit_shares import uncover
from booking.models import Hold
from booking.periods import Period
from booking.selectors.credits import list_draws
from booking.services.credit_uses import reserve_credits, take_credits
from booking.services.holds import HoldExpired, lock_own_hold


@transaction.atomic
def put_credits_on_hold(hold: Hold, *, use: bool, booker: Booker, now: datetime) -> Hold:
    """Reserve minutes for what somebody holds, as far as they reach, or let them go again.

    Args:
        hold: with its space and that with its location.
        use: whether to pay with credits.
        booker: whose the hold is; the credits are those of the company.
        now: the present moment.

    Raises:
        Missing: the hold is somebody else's.
        HoldExpired: it is over.
        CreditsUnusable, CreditsWithVoucher: they cannot be used for this; all stays as it was.
    """
    hold = lock_own_hold(hold, booker=booker)
    if hold.end or hold.expires_at <= now:
        raise HoldExpired(_("This hold is over. Choose the time again."))
    if use:
        taken = take_credits(
            hold.price,
            space=hold.space,
            stay=Period(start=hold.starts_at, end=hold.ends_at),
            customer_id=booker.customer_id,
            hold=hold,
        )
        reserve_credits(hold, taken.parts)
        hold.price = taken.price
    else:
        list_draws(hold).delete()
        hold.price = uncover(hold.price, vat_percent=hold.space.vat_percent)
    hold.save()
    return hold
