"""Reserving credits for holds and reservations, exactly as far as they reach.

Minutes are taken under the lock of the customer's account, in the transaction of the hold or the
reservation for which they are. Until that is confirmed they are reserved, and nobody has to give
them back: they count as long as what they are for. Then they are entries of the book: see
``credit_book``.

Whoever needs several locks takes that of the account before any claim.

Source: ADR 0040.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from booking.credit_shares import count_covered, count_minutes, cover, share_out, uncover
from booking.models import CreditAccount, CreditDraw, Hold, Reservation, Space
from booking.periods import Period
from booking.prices import LineKind, Price
from booking.selectors.credits import list_draws, list_left, list_usable
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.locks import lock_row
from tenants.customers.models import Customer


class CreditsUnusable(RuleViolation):
    """There is nothing to pay, or no credit with which it could be paid."""

    code = "credits_unusable"


class CreditsWithVoucher(RuleViolation):
    """A stay is paid with credits or with a voucher."""

    code = "credits_with_voucher"


class CreditsGone(Conflict):
    """They were used for something else since they were chosen."""

    code = "credits_gone"


class CreditsNotRepeated(RuleViolation):
    """Credits pay for one stay at a time."""

    code = "credits_not_repeated"


@dataclass(frozen=True, kw_only=True)
class Covered:
    """What is left to pay with credits, and how many minutes of which are taken for it."""

    price: Price
    parts: Mapping[int, int] = field(default_factory=dict)


def lock_account(customer_id: int | None) -> bool:
    """Let those who use a customer's credits pass one by one, until the transaction ends.

    Returns:
        Whether there is an account; without one nothing may be used, whatever is granted meanwhile.
    """
    account = CreditAccount.objects.filter(customer=customer_id).first()
    if account is None:
        return False
    lock_row(account)
    return True


def lock_account_of(hold: Hold) -> None:
    """Lock the account from which minutes are reserved for a hold, if any."""
    draw = list_draws(hold).first()
    if draw is not None:
        lock_row(draw.credit.account)


def require_no_credits(price: Price) -> None:
    """Pass if a price has no credits in it, so that a voucher may make it less.

    Raises:
        CreditsWithVoucher: it has.
    """
    if count_covered(price):
        raise CreditsWithVoucher(
            _("A stay is paid with credits or with a voucher. Take the credits off first."),
            field="voucher",
        )


def require_not_repeated(hold: Hold | None) -> None:
    """Pass if nothing is reserved for the first of some stays that repeat.

    Raises:
        CreditsNotRepeated: it is paid with credits; without a hold, always.
    """
    if hold is None or list_draws(hold).exists():
        raise CreditsNotRepeated(
            _("Credits pay for one stay at a time. Take them off, or book this one by itself."),
            field="pay_with_credits",
        )


def take_credits(
    price: Price,
    *,
    space: Space,
    stay: Period,
    customer_id: int | None,
    hold: Hold | None = None,
    most: int | None = None,
) -> Covered:
    """Find out what credits take off a price now; what the hold has is taken anew.

    Args:
        price: with or without credits in it.
        space: where.
        stay: when.
        customer_id: whose credits; they stay locked until the transaction ends.
        hold: for which some may be reserved already.
        most: how many minutes at most; None for as far as they reach.

    Raises:
        CreditsUnusable: there is nothing to pay, or none to pay with.
        CreditsWithVoucher: there is a voucher in the price.
    """
    if any(line.kind == LineKind.VOUCHER for line in price.lines):
        raise CreditsWithVoucher(
            _("A stay is paid with credits or with a voucher. Take the voucher off first."),
            field="pay_with_credits",
        )
    base = uncover(price, vat_percent=space.vat_percent)
    is_there = lock_account(customer_id)
    if hold is not None:
        list_draws(hold).delete()
    usable = list_usable(customer_id, space=space, at=stay.start)
    lots = list_left(usable) if is_there else []
    wanted = count_minutes(stay)
    parts = share_out(wanted if most is None else min(wanted, most), lots)
    return Covered(price=cover_with(base, parts, space=space, stay=stay), parts=parts)


def cover_with(base: Price, parts: Mapping[int, int], *, space: Space, stay: Period) -> Price:
    """Return a price less what some minutes pay.

    Raises:
        CreditsUnusable: they pay nothing.
    """
    if not base.total_minor:
        raise CreditsUnusable(_("Nothing is to be paid here."), field="pay_with_credits")
    minutes = sum(parts.values())
    price = cover(base, minutes=minutes, stay=stay, vat_percent=space.vat_percent)
    if price.total_minor == base.total_minor:
        raise CreditsUnusable(
            _("There are no credits left that count for this stay."), field="pay_with_credits"
        )
    return price


def reserve_credits(subject: Hold | Reservation, parts: Mapping[int, int]) -> None:
    """Keep minutes for a hold or a reservation, as long as it may become a stay."""
    name = "hold" if isinstance(subject, Hold) else "reservation"
    CreditDraw.objects.bulk_create(
        CreditDraw(credit_id=credit, minutes=minutes, **{name: subject})
        for credit, minutes in parts.items()
    )


def keep_credits(hold: Hold, price: Price, *, stay: Period) -> Price:
    """Return a new price of a hold for another time, less what its credits pay of that.

    Where none of them counts any more, the price is to be paid as usual.
    """
    draw = list_draws(hold).first() if hold.pk else None
    if draw is None:
        return price
    customer_id = draw.credit.account.customer_id
    try:
        taken = take_credits(price, space=hold.space, stay=stay, customer_id=customer_id, hold=hold)
    except RuleViolation:
        return price
    reserve_credits(hold, taken.parts)
    return taken.price


def pay_with_credits(
    price: Price,
    *,
    space: Space,
    stay: Period,
    customer: Customer | None,
    hold: Hold | None,
    wanted: bool,
) -> Covered:
    """Return what is left of a reservation's price, and the minutes to reserve for it.

    Args:
        price: of the hold, or of now.
        space: where.
        stay: when.
        customer: whose credits.
        hold: locked, as long as there is one; its credits count as they were chosen.
        wanted: whether to pay with credits where the hold has none.

    Raises:
        CreditsUnusable, CreditsWithVoucher: they cannot be used for this.
        CreditsGone: the hold is over, and its credits were used for something else.
    """
    chosen = list(list_draws(hold)) if hold is not None else []
    if not chosen and not wanted:
        return Covered(price=price)
    minutes = sum(draw.minutes for draw in chosen)
    try:
        taken = take_credits(
            price,
            space=space,
            stay=stay,
            customer_id=customer.pk if customer else None,
            hold=hold,
            most=minutes or None,
        )
    except CreditsUnusable as error:
        raise (_gone() if chosen else error) from error
    if sum(taken.parts.values()) < minutes:
        raise _gone()
    return taken


def _gone() -> CreditsGone:
    return CreditsGone(_("These credits were used for something else meanwhile. Choose again."))
