"""The book of credits: what confirmed stays used of them, and what came back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from booking.credit_shares import count_covered, count_minutes, cover, share_out
from booking.models import Credit, CreditDraw, CreditEntry, Reservation, Space
from booking.periods import Period
from booking.prices import Price, compute_refund
from booking.selectors.credits import (
    count_used,
    in_order,
    list_draws,
    list_left,
    list_usable,
    with_left,
)
from booking.selectors.vouchers import pending
from booking.services.credit_uses import cover_with, lock_account
from booking.states import CreditEntryKind
from spotex.kernel.actor import Actor
from spotex.kernel.locks import lock_row


def find_late_credits(reservation: Reservation) -> bool:
    """Tell whether money that comes late finds its credits used for something else.

    The account is locked, so that the answer holds until the transaction ends.
    """
    draws = list(list_draws(reservation))
    if not draws:
        return False
    lock_row(draws[0].credit.account)
    if list_draws(reservation).filter(pending()).exists():
        return False
    found = with_left(Credit.objects.filter(pk__in=[draw.credit_id for draw in draws]))
    left = dict(list_left(found))
    return any(left[draw.credit_id] < draw.minutes for draw in draws)


def settle_credits(reservation: str, *, actor: Actor) -> None:
    """Write what was reserved for a reservation into the book, now that it is confirmed.

    Args:
        reservation: its public id; most have nothing reserved, and one look says so.
        actor: who confirmed it.
    """
    found = CreditDraw.objects.filter(reservation__public_id=reservation)
    draws = list(found.select_related("reservation").order_by("pk"))
    if draws and draws[0].reservation is not None:
        used = {draw.credit_id: -draw.minutes for draw in draws}
        found.delete()
        _enter(draws[0].reservation, used, actor=actor)


def return_credits(
    reservation: Reservation, *, actor: Actor, now: datetime, free_hours: int, in_full: bool
) -> None:
    """Give back what a cancelled reservation used, as far as the terms say under which it was made.

    Of a share, parts of a minute are not given back. They go where they are of use longest.

    Args:
        reservation: locked.
        actor: who cancels.
        now: the present moment.
        free_hours: until how many hours before the beginning everything comes back.
        in_full: everything comes back anyway.
    """
    used = count_used(reservation)
    if not used:
        return
    minutes = sum(used.values())
    if not in_full:
        minutes = compute_refund(
            paid_minor=minutes,
            hours_before=(reservation.starts_at - now) / timedelta(hours=1),
            free_cancel_hours=free_hours,
            late_refund_percent=reservation.late_refund_percent,
        )
    found = in_order(Credit.objects.filter(pk__in=used)).reverse()
    lots = [(credit, used[credit]) for credit in found.values_list("pk", flat=True)]
    _enter(reservation, share_out(minutes, lots), actor=actor)


def move_credits(
    reservation: Reservation, price: Price, *, space: Space, stay: Period, actor: Actor
) -> Price:
    """Return what a moved reservation costs, less its credits; the book gets the difference.

    Only a longer stay uses more than it did. Where nothing is to be paid, all comes back.

    Raises:
        CreditsUnusable: its credits do not count there, or not any more then.
    """
    used = count_used(reservation)
    if not used:
        return price
    customer = reservation.customer
    lock_account(customer.pk if customer else None)
    usable = list_usable(customer.pk if customer else None, space=space, at=stay.start)
    lots = [(key, left + used.get(key, 0)) for key, left in list_left(usable)]
    is_longer = stay.length > reservation.ends_at - reservation.starts_at
    most = count_minutes(stay) if is_longer else min(count_minutes(stay), sum(used.values()))
    parts = share_out(most, lots) if price.total_minor else {}
    covered = cover_with(price, parts, space=space, stay=stay) if price.total_minor else price
    keys: Iterable[int] = {*used, *parts}
    changes = {key: used.get(key, 0) - parts.get(key, 0) for key in sorted(keys)}
    _enter(reservation, changes, actor=actor)
    return covered


def keep_minutes(reservation: Reservation, price: Price, *, stay: Period) -> Price:
    """Return a new price, less what the credits pay that a reservation has used already."""
    minutes = count_covered(reservation.price)
    if not minutes:
        return price
    return cover(price, minutes=minutes, stay=stay, vat_percent=reservation.space.vat_percent)


def _enter(reservation: Reservation, changes: Mapping[int, int], *, actor: Actor) -> None:
    """Write minutes into the book: what comes back, or what is used where it is negative."""
    CreditEntry.objects.bulk_create(
        CreditEntry(
            credit_id=credit,
            kind=CreditEntryKind.RETURNED if minutes > 0 else CreditEntryKind.USED,
            minutes=minutes,
            reservation=reservation,
            actor_name=actor.name,
        )
        for credit, minutes in changes.items()
        if minutes
    )
