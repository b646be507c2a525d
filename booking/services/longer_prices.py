"""What a stay costs when it lasts longer: what it cost, and the rates of now for what is added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from booking.models import Reservation, Voucher
from booking.periods import Period
from booking.price_parts import sum_equipment
from booking.prices import LineKind, Price, PriceLine, add_line
from booking.selectors.vouchers import find_use
from booking.services.credit_book import keep_minutes
from booking.services.equipment_prices import Choice, charge
from booking.services.equipment_uses import list_choices_of
from booking.services.pricing import is_member, price_stay
from booking.services.voucher_uses import counts_in, reduce_by


@dataclass(frozen=True, kw_only=True)
class Terms:
    """By what a stay is priced: looked up once, however many ends are thought of."""

    reservation: Reservation
    is_member: bool
    pieces: list[Choice]
    voucher: Voucher | None


def find_terms(reservation: Reservation) -> Terms:
    """Return by what a reservation is priced now.

    A voucher that does not count in the space any more takes nothing off what is added.
    """
    use = find_use(reservation)
    counts = use is not None and counts_in(use.voucher, reservation.space)
    has_pieces = sum_equipment(reservation.price) is not None
    return Terms(
        reservation=reservation,
        is_member=is_member(reservation.customer),
        pieces=list_choices_of(reservation) if has_pieces else [],
        voucher=use.voucher if use is not None and counts else None,
    )


def price_longer(terms: Terms, *, ends_at: datetime) -> Price:
    """Return what a stay costs that lasts until then: never less than it did.

    By the rates of now only what is added is charged: it is what the longer stay costs more by
    them than the present one. Credits pay no more minutes than they did.
    """
    reservation = terms.reservation
    former = _price_until(terms, reservation.ends_at)
    longer = _price_until(terms, ends_at)
    more = longer.total_minor - former.total_minor
    if more <= 0:
        return reservation.price
    if former.total_minor == reservation.total_minor:
        return longer
    line = PriceLine(
        kind=LineKind.LONGER,
        quantity=int((ends_at - reservation.ends_at).total_seconds()) // 60,
        unit_minor=0,
        amount_minor=more,
    )
    return add_line(reservation.price, line, vat_percent=reservation.space.vat_percent)


def _price_until(terms: Terms, ends_at: datetime) -> Price:
    reservation, space = terms.reservation, terms.reservation.space
    stay = Period(start=reservation.starts_at, end=ends_at)
    price = price_stay(space, stay=stay, is_member=terms.is_member)
    price = charge(price, terms.pieces, space=space, stay=stay)
    if terms.voucher is not None:
        price = reduce_by(price, terms.voucher, space=space)
    return keep_minutes(reservation, price, stay=stay)
