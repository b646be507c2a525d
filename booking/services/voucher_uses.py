"""Using vouchers, exactly as often as they allow.

A use is written under the lock of its voucher, in the transaction of the hold or the reservation
for which it is. Nobody has to give it back: it counts as long as what it is for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.models import Hold, Reservation, Space, Voucher, VoucherUse
from booking.price_parts import drop_lines
from booking.prices import LEAST_PAID_MINOR, LineKind, Price, PriceLine, add_line
from booking.rates import divide
from booking.selectors.vouchers import find_use, list_counting_uses
from booking.services.vouchers import normalize_code
from spotex.kernel.errors import RuleViolation
from spotex.kernel.locks import lock_row


class VoucherUnknown(RuleViolation):
    """There is no such voucher for this space and this day."""

    code = "voucher_unknown"


class VoucherUsedUp(RuleViolation):
    """It was used as often as it may be, by all or by this person."""

    code = "voucher_used_up"


@dataclass(frozen=True, kw_only=True)
class Redeemed:
    """What something costs with a voucher, and the use of it; None without one."""

    price: Price
    use: VoucherUse | None


def claim_voucher(
    code: str, *, space: Space, person: str, now: datetime, besides: VoucherUse | None = None
) -> Voucher:
    """Return a voucher of which somebody may use one more, locked until the transaction ends.

    Args:
        code: as it was typed.
        space: where, with its location.
        person: who uses it.
        now: the present moment.
        besides: a use that is to be replaced, and does not count.

    Raises:
        VoucherUnknown: there is none with this code for this space and day.
        VoucherUsedUp: it was used as often as it may be.
    """
    found = Voucher.objects.filter(code=normalize_code(code), ended_at=None).first()
    if found is None or not _counts_here(found := lock_row(found), space=space, now=now):
        raise VoucherUnknown(
            _("This voucher does not count here. Check the code."), field="voucher"
        )
    require_uses_left(found, person=person, besides=besides)
    return found


def require_uses_left(voucher: Voucher, *, person: str, besides: VoucherUse | None = None) -> None:
    """Pass if somebody may use a voucher, which is locked, once more.

    Raises:
        VoucherUsedUp: it was used as often as it may be.
    """
    uses = list_counting_uses(voucher)
    if besides is not None:
        uses = uses.exclude(pk=besides.pk)
    if voucher.most_uses and uses.count() >= voucher.most_uses:
        raise VoucherUsedUp(_("This voucher is used up."), field="voucher")
    mine = uses.filter(person=person)
    if voucher.most_per_person and mine.count() >= voucher.most_per_person:
        raise VoucherUsedUp(_("You used this voucher as often as you may."), field="voucher")


def reduce_by(price: Price, voucher: Voucher, *, space: Space) -> Price:
    """Return a price with what a voucher takes off: of all of it, equipment included.

    Where too little would be left for a card it is all of it.
    """
    off = (
        voucher.amount_minor
        if voucher.amount_minor is not None
        else divide(price.total_minor * (voucher.percent or 0), 100)
    )
    if price.total_minor - off < LEAST_PAID_MINOR:
        off = price.total_minor
    line = PriceLine(
        kind=LineKind.VOUCHER,
        quantity=voucher.percent or 0,
        unit_minor=0,
        amount_minor=-off,
        label=voucher.code,
    )
    return add_line(price, line, vat_percent=space.vat_percent)


def without_voucher(price: Price, *, space: Space) -> Price:
    """Return a price as it was before any voucher."""
    return drop_lines(price, LineKind.VOUCHER, vat_percent=space.vat_percent)


def keep_voucher(subject: Hold | Reservation, price: Price, *, space: Space) -> Price:
    """Return a new price of a hold or a reservation, less what its voucher takes off."""
    use = find_use(subject) if subject.pk else None
    return price if use is None else reduce_by(price, use.voucher, space=space)


def redeem(
    price: Price, *, code: str, space: Space, person: str, hold: Hold | None, now: datetime
) -> Redeemed:
    """Return what a reservation costs with a voucher, and the use that is to belong to it.

    Args:
        price: without it, or that of the hold.
        code: as it was typed; empty for that of the hold, if it has one.
        space: where, with its location.
        person: who comes.
        hold: locked, as long as there is one.
        now: the present moment.

    Raises:
        VoucherUnknown, VoucherUsedUp: it cannot be used for this.
    """
    use = find_use(hold) if hold is not None else None
    if code.strip() or (hold is not None and use is not None and now >= hold.expires_at):
        base = without_voucher(price, space=space)
        _require_something_to_pay(base)
        wanted = code if code.strip() or use is None else use.voucher.code
        voucher = claim_voucher(wanted, space=space, person=person, now=now, besides=use)
        use = use or VoucherUse(hold=hold)
        use.voucher, use.person = voucher, person
        return Redeemed(price=reduce_by(base, voucher, space=space), use=use)
    if use is None:
        return Redeemed(price=price, use=None)
    voucher = lock_row(use.voucher)
    require_uses_left(voucher, person=person, besides=use)
    use.person = person
    is_in_it = any(line.kind == LineKind.VOUCHER for line in price.lines)
    return Redeemed(price=price if is_in_it else reduce_by(price, voucher, space=space), use=use)


def lock_voucher_of(hold: Hold) -> None:
    """Lock the voucher of a hold that is to last longer, if any: its use is to count on."""
    use = find_use(hold)
    if use is not None:
        lock_row(use.voucher)


def keep_use(reservation: Reservation, paid: Redeemed) -> None:
    """Let a saved reservation have the use of its voucher, if any."""
    if paid.use is not None:
        paid.use.reservation = reservation
        paid.use.save()


def _require_something_to_pay(price: Price) -> None:
    if not price.total_minor:
        raise VoucherUnknown(_("Nothing is to be paid here."), field="voucher")


def spend_voucher(reservation: Reservation) -> None:
    """Let a use count for ever: the stay was cancelled too late to give it back."""
    VoucherUse.objects.filter(reservation=reservation).update(is_spent=True)


def find_late_voucher(reservation: Reservation) -> bool:
    """Tell whether money that comes late finds its voucher used up by others.

    The voucher is locked, so that the answer holds until the transaction ends.
    """
    use = find_use(reservation)
    if use is None:
        return False
    voucher = lock_row(use.voucher)
    if list_counting_uses(voucher).filter(pk=use.pk).exists():
        return False
    try:
        require_uses_left(voucher, person=use.person, besides=use)
    except VoucherUsedUp:
        return True
    return False


def _counts_here(voucher: Voucher, *, space: Space, now: datetime) -> bool:
    today = now.astimezone(ZoneInfo(space.location.time_zone)).date()
    is_over = voucher.last_day is not None and today > voucher.last_day
    is_to_come = voucher.first_day is not None and today < voucher.first_day
    if voucher.ended_at is not None or is_over or is_to_come:
        return False
    return counts_in(voucher, space)


def counts_in(voucher: Voucher, space: Space) -> bool:
    """Tell whether a voucher, as long as it lasts, counts in a space."""
    spaces = set(voucher.spaces.values_list("pk", flat=True))
    return not spaces or space.pk in spaces
