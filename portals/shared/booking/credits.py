"""Credits in words, and paying with them for what somebody holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from booking.access import access_hold
from booking.credit_shares import count_covered, count_minutes
from booking.lengths import write_length
from booking.models import Credit, CreditEntry, Hold
from booking.prices import LineKind
from booking.selectors.credits import list_left, list_usable, sum_usable
from booking.services.credits import WARNING
from booking.services.hold_credits import put_credits_on_hold
from booking.states import CreditEntryKind
from portals.shared.booking.desks import Desk, ShowHold
from portals.shared.booking.grid import stay_of
from portals.shared.htmx import go, toast
from portals.shared.requests import PortalRequest
from spotex.kernel.errors import Conflict, RuleViolation

_ICONS = {
    CreditEntryKind.GRANTED: "plus",
    CreditEntryKind.USED: "calendar-check",
    CreditEntryKind.RETURNED: "undo-2",
    CreditEntryKind.CORRECTED: "pencil",
}


@dataclass(frozen=True, kw_only=True)
class CreditWords:
    """A credit as pages show it; ``credit`` has its account, and what is left."""

    credit: Credit
    left: str
    reserved: str
    """What is kept for stays that are being booked, ``""`` for nothing."""

    minutes: int
    last_moment: datetime | None
    is_over: bool
    ends_soon: bool


@dataclass(frozen=True, kw_only=True)
class EntryWords:
    """A line of the book as pages show it."""

    entry: CreditEntry
    what: str
    icon: str
    amount: str
    is_less: bool


@dataclass(frozen=True, kw_only=True)
class CreditOffer:
    """What the page of booking says of credits."""

    used: str
    """How much of the stay they pay, ``""`` for nothing."""

    usable: str
    """How much they could pay, ``""`` for nothing."""

    pays_all: bool
    left: str


def write_credits(found: Iterable[Credit], *, now: datetime) -> list[CreditWords]:
    """Return credits in words: what is left, and whether their time is up."""
    return [
        CreditWords(
            credit=one,
            left=write_length(one.left),  # type: ignore[attr-defined]  # annotated
            reserved=write_length(one.reserved) if one.reserved else "",  # type: ignore[attr-defined]
            minutes=one.left,  # type: ignore[attr-defined]
            last_moment=one.valid_until and one.valid_until - timedelta(seconds=1),
            is_over=one.valid_until is not None and one.valid_until <= now,
            ends_soon=one.valid_until is not None and one.valid_until <= now + WARNING,
        )
        for one in found
    ]


def write_left(found: QuerySet[Credit], *, now: datetime) -> str:
    """Say how much can be used in all, however many credits a page shows."""
    return write_length(sum_usable(found, at=now))


def write_entries(found: Iterable[CreditEntry]) -> list[EntryWords]:
    """Return lines of the book in words."""
    words = {
        CreditEntryKind.GRANTED: _("Granted"),
        CreditEntryKind.USED: _("Used"),
        CreditEntryKind.RETURNED: _("Returned"),
        CreditEntryKind.CORRECTED: _("Corrected"),
    }
    return [
        EntryWords(
            entry=one,
            what=words[CreditEntryKind(one.kind)],
            icon=_ICONS[CreditEntryKind(one.kind)],
            amount=f"{'−' if one.minutes < 0 else '+'}{write_length(abs(one.minutes))}",
            is_less=one.minutes < 0,
        )
        for one in found
    ]


def find_credit_offer(hold: Hold, *, customer_id: int | None) -> CreditOffer | None:
    """Return what to say of credits on the page of a hold, None where none could pay for it."""
    has_voucher = any(line.kind == LineKind.VOUCHER for line in hold.price.lines)
    used, stay = count_covered(hold.price), stay_of(hold)
    if has_voucher or not (hold.total_minor or used):
        return None
    usable = list_usable(customer_id, space=hold.space, at=stay.start)
    left = sum(minutes for _key, minutes in list_left(usable))
    wanted = count_minutes(stay)
    if not used and not left:
        return None
    return CreditOffer(
        used=write_length(used) if used else "",
        usable=write_length(min(left, wanted)) if left else "",
        pays_all=left >= wanted,
        left=write_length(left),
    )


def use_credits(
    request: PortalRequest, public_id: str, *, desk: Desk, show: ShowHold
) -> HttpResponse:
    """Pay for a hold with credits, or no longer, and show the page of booking again.

    Args:
        request: with ``use``; without it the credits are taken off.
        public_id: of the hold.
        desk: where somebody books.
        show: renders the page, with ``credits_refused`` where they cannot pay.

    Raises:
        Missing: the hold is somebody else's.
    """
    hold = access_hold(desk.booker, public_id)
    use = bool(request.POST.get("use"))
    try:
        hold = put_credits_on_hold(hold, use=use, booker=desk.booker, now=timezone.now())
    except RuleViolation as error:
        return show(hold, {"credits_refused": error.message})
    except Conflict as error:
        toast(request, error.message, tone="error")
        return go(request, desk.book_url(hold))
    if request.htmx:
        return show(hold, {})
    toast(request, _("Your credits count.") if use else _("You pay without credits."))
    return go(request, desk.book_url(hold))
