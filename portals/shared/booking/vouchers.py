"""A voucher for what somebody holds, for customers and guests alike."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_hold
from booking.models.vouchers import CODE_MAX_LENGTH
from booking.services.hold_vouchers import put_voucher_on_hold
from portals.shared.booking.desks import Desk, ShowHold
from portals.shared.htmx import go, toast
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.limits import HOUR, LimitExceeded, require_within

TRIES_PER_HOUR: Final = 30
"""How many codes one may try: a voucher is worth money, and its code is short."""


def use_voucher(
    request: PortalRequest, public_id: str, *, desk: Desk, network: str, show: ShowHold
) -> HttpResponse:
    """Take what a code is worth off the price of a hold, and show the page of booking again.

    Args:
        request: with the ``voucher``; an empty one takes it off again.
        public_id: of the hold.
        desk: where somebody books.
        network: who tries, as far as codes are counted.
        show: renders the page, with ``voucher_refused`` and the code where it does not count.

    Raises:
        Missing: the hold is somebody else's.
        LimitExceeded: too many codes were tried.
    """
    hold = access_hold(desk.booker, public_id)
    code = request.POST.get("voucher", "")[: CODE_MAX_LENGTH * 2]
    if code.strip():
        require_within("voucher", network, allowed=TRIES_PER_HOUR, seconds=HOUR)
    try:
        hold = put_voucher_on_hold(hold, code=code, booker=desk.booker, now=timezone.now())
    except LimitExceeded:
        raise
    except RuleViolation as error:
        return show(hold, {"voucher_refused": error.message, "voucher_code": code})
    except Conflict as error:
        toast(request, error.message, tone="error")
        return go(request, desk.book_url(hold))
    if request.htmx:
        return show(hold, {})
    toast(request, _("The voucher counts.") if code.strip() else _("The voucher is taken off."))
    return go(request, desk.book_url(hold))
