"""A stay with its price explained, before and after it is booked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.models import Hold, Reservation, Space
from booking.periods import Period
from booking.services.cancelling import find_refund
from booking.services.reservations import price_stay
from booking.states import RESERVATION_MACHINE, PaymentRule, ReservationAction, ReservationState
from portals.shared.booking.grid import stay_of
from portals.stay_times import StayWords, write_moment, write_stay, zone_of
from portals.templatetags.ui import money


@dataclass(frozen=True, kw_only=True)
class PriceWords:
    """What a stay costs; ``lines`` say how it comes about."""

    total: str
    vat: str
    lines: list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class StayView:
    """A held stay on the page on which it is booked."""

    hold: Hold
    space: Space
    words: StayWords
    price: PriceWords | None
    policy: str
    payment: str
    now: datetime


@dataclass(frozen=True, kw_only=True)
class ReservationView:
    """A reservation as the person sees it who made it."""

    reservation: Reservation
    space: Space
    words: StayWords
    price: PriceWords | None
    policy: str
    pay_by: str
    can_cancel: bool
    is_over: bool
    refund: str
    """What would come back if it were cancelled now; what comes back where it was."""


def view_stay(hold: Hold, *, now: datetime) -> StayView:
    """Return a hold whose space and location are loaded, with price and policy."""
    space, stay = hold.space, stay_of(hold)
    price = price_stay(space, stay=stay)
    lines = [asdict(line) for line in price.lines]
    words = _write_price(price.total_minor, price.vat_minor, price.currency, lines)
    return StayView(
        hold=hold,
        space=space,
        words=write_stay(stay, zone=zone_of(space)),
        price=words,
        policy=write_policy(
            space, starts_at=stay.start, is_paid=_is_prepaid(space, words), now=now
        ),
        payment=_write_payment(space) if words else "",
        now=now,
    )


def view_reservation(reservation: Reservation, *, now: datetime) -> ReservationView:
    """Return a reservation whose space and location are loaded, as its maker sees it."""
    space = reservation.space
    is_cancelled = reservation.state == ReservationState.CANCELLED
    is_confirmed = reservation.state == ReservationState.CONFIRMED
    refund = reservation.refund_minor if is_cancelled else find_refund(reservation, now=now)
    stay = Period(start=reservation.starts_at, end=reservation.ends_at)
    can_cancel = (
        RESERVATION_MACHINE.is_legal(ReservationAction.CANCEL, reservation.state)
        and reservation.starts_at > now
    )
    return ReservationView(
        reservation=reservation,
        space=space,
        words=write_stay(stay, zone=zone_of(space)),
        price=_write_price(
            reservation.total_minor,
            reservation.vat_minor,
            reservation.currency,
            reservation.price_lines,
        ),
        policy=write_policy(
            space,
            starts_at=reservation.starts_at,
            is_paid=reservation.payment_rule == PaymentRule.PREPAID,
            now=now,
        )
        if can_cancel
        else "",
        pay_by=write_moment(reservation.pay_by, zone=zone_of(space))
        if reservation.pay_by and reservation.state == ReservationState.PENDING_PAYMENT
        else "",
        can_cancel=can_cancel,
        is_over=reservation.ends_at <= now,
        refund=money(refund, reservation.currency)
        if refund and (is_cancelled or is_confirmed)
        else "",
    )


def write_policy(space: Space, *, starts_at: datetime, is_paid: bool, now: datetime) -> str:
    """Say in a sentence what happens to the money when a stay is cancelled."""
    if not is_paid:
        return _("You can cancel free of charge until the beginning.")
    until = starts_at - timedelta(hours=space.free_cancel_hours)
    words = {"moment": write_moment(until, zone=zone_of(space)), "n": space.late_refund_percent}
    if until <= now:
        late = _("If you cancel, %(n)s %% of the price comes back.")
        return late % words if words["n"] else _("If you cancel now, nothing comes back.")
    if space.late_refund_percent:
        text = _(
            "Cancel until %(moment)s and everything comes back; later, until the beginning, "
            "%(n)s %%."
        )
        return text % words
    return _("Cancel until %(moment)s and everything comes back; later nothing does.") % words


def _is_prepaid(space: Space, price: PriceWords | None) -> bool:
    return price is not None and space.payment == PaymentRule.PREPAID


def _write_payment(space: Space) -> str:
    if space.payment == PaymentRule.PREPAID:
        return _("You pay when booking: the reservation is confirmed with the payment.")
    return _("You pay later.")


def _write_price(
    total: int, vat: int, currency: str, lines: Iterable[Mapping[str, Any]]
) -> PriceWords | None:
    if not total:
        return None
    return PriceWords(
        total=money(total, currency),
        vat=money(vat, currency) if vat else "",
        lines=[
            (
                _("%(length)s at %(price)s an hour")
                % {
                    "length": write_length(line["minutes"]),
                    "price": money(line["hourly_minor"], currency),
                },
                money(line["amount_minor"], currency),
            )
            for line in lines
            if "minutes" in line and "hourly_minor" in line
        ],
    )


def write_length(minutes: int) -> str:
    """Write a number of minutes as hours and minutes."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours})
    if rest or not hours:
        parts.append(ngettext("%(n)s minute", "%(n)s minutes", rest) % {"n": rest})
    return " ".join(parts)
