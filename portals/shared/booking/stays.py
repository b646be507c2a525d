"""A stay with its price explained, before and after it is booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from booking.bookers import Booker
from booking.credit_shares import is_covered_whole
from booking.deposits import compute_deposit
from booking.models import Hold, Reservation, Space
from booking.periods import Period
from booking.price_parts import list_equipment_words, sum_stay
from booking.prices import LineKind
from booking.selectors.vouchers import are_there_vouchers
from booking.services.cancelling import find_refund
from booking.services.extending import can_extend
from booking.services.notes import can_note
from booking.services.pricing import price_stay
from booking.states import RESERVATION_MACHINE, PaymentRule, ReservationAction, ReservationState
from portals.shared.booking.equipment import EquipmentChoice, list_choices
from portals.shared.booking.grid import stay_of
from portals.shared.booking.prices import PriceWords, write_price_words
from portals.stay_times import StayWords, write_moment, write_stay, zone_of
from portals.templatetags.ui import money


@dataclass(frozen=True, kw_only=True)
class StayView:
    """A held stay on the page on which it is booked."""

    hold: Hold
    space: Space
    words: StayWords
    price: PriceWords | None
    policy: str
    payment: str
    deposit: str
    """What is paid at once where that is only a part, ``""`` where it is not."""

    asks: bool
    """Whether the agency has to agree first."""

    voucher: str
    """The code that counts, ``""`` for none."""

    takes_vouchers: bool
    equipment: list[EquipmentChoice]
    """What can be lent with it."""

    price_now: str
    """What the time would cost if it were held only now, ``""`` where that is the same."""

    now: datetime


@dataclass(frozen=True, kw_only=True)
class ReservationView:
    """A reservation as the person sees it who made it."""

    reservation: Reservation
    space: Space
    words: StayWords
    equipment: list[str]
    price: PriceWords | None
    policy: str
    answer_by: str
    """Until when the agency answers, while that is awaited."""

    pay_by: str
    can_cancel: bool
    can_move: bool
    can_note: bool
    can_extend: bool
    """Whether it runs, so that it may last longer."""

    is_over: bool
    refund: str
    """What would come back if it were cancelled now; what comes back where it was."""


def view_stay(hold: Hold, *, now: datetime) -> StayView:
    """Return a hold whose space and location are loaded, with price and policy."""
    space, stay = hold.space, stay_of(hold)
    words = write_price_words(hold.price)
    present = price_stay(space, stay=stay, is_member=hold.is_member_price)
    return StayView(
        hold=hold,
        space=space,
        words=write_stay(stay, zone=zone_of(space)),
        price=words,
        policy=write_policy(
            space,
            zone=zone_of(space),
            starts_at=stay.start,
            is_paid=_is_prepaid(hold),
            now=now,
        ),
        payment=_write_payment(hold) if hold.total_minor else "",
        deposit=_write_deposit(hold),
        asks=space.needs_approval,
        voucher=_find_voucher(hold),
        takes_vouchers=bool(_before_reductions(hold)) and are_there_vouchers(),
        equipment=list_choices(space, stay=stay, subject=hold),
        price_now=money(present.total_minor, present.currency)
        if present.total_minor != sum_stay(hold.price)
        else "",
        now=now,
    )


def view_reservation(
    reservation: Reservation, *, now: datetime, charged_minor: int = 0, paid_minor: int = 0
) -> ReservationView:
    """Return a reservation whose space and location are loaded, as its maker sees it.

    ``charged_minor`` is what was taken for it, or is about to be, ``paid_minor`` what is left of it.
    """
    space = reservation.space
    is_cancelled = reservation.state == ReservationState.CANCELLED
    is_confirmed = reservation.state == ReservationState.CONFIRMED
    refund = (
        reservation.refund_minor
        if is_cancelled
        else find_refund(reservation, now=now, charged_minor=charged_minor, left_minor=paid_minor)
    )
    stay = Period(start=reservation.starts_at, end=reservation.ends_at)
    can_cancel = (
        RESERVATION_MACHINE.is_legal(ReservationAction.CANCEL, reservation.state)
        and reservation.starts_at > now
    )
    return ReservationView(
        reservation=reservation,
        space=space,
        words=write_stay(stay, zone=zone_of(space)),
        equipment=list_equipment_words(reservation.price),
        price=write_price_words(reservation.price),
        policy=write_policy(
            reservation,
            zone=zone_of(space),
            starts_at=reservation.starts_at,
            is_paid=_is_paid_first(reservation),
            now=now,
        )
        if can_cancel
        else "",
        answer_by=_write_term(reservation, ReservationState.PENDING_APPROVAL),
        pay_by=_write_term(reservation, ReservationState.PENDING_PAYMENT),
        can_cancel=can_cancel,
        can_move=is_confirmed and reservation.starts_at > now and not space.needs_approval,
        can_note=can_note(reservation, now=now),
        can_extend=can_extend(reservation, booker=Booker(key=reservation.booker), now=now),
        is_over=reservation.ends_at <= now,
        refund=money(refund, reservation.currency)
        if refund and (is_cancelled or is_confirmed)
        else "",
    )


def _write_term(reservation: Reservation, state: ReservationState) -> str:
    """Say until when a reservation waits, as long as it is in a state."""
    is_asked = state == ReservationState.PENDING_APPROVAL
    term = reservation.answer_by if is_asked else reservation.pay_by
    if term is None or reservation.state != state:
        return ""
    return write_moment(term, zone=zone_of(reservation.space))


def write_policy(
    terms: Space | Reservation, *, zone: ZoneInfo, starts_at: datetime, is_paid: bool, now: datetime
) -> str:
    """Say in a sentence what happens to the money when a stay is cancelled.

    Args:
        terms: of the space, or those under which a reservation was made.
        zone: of the location.
        starts_at: when the stay begins.
        is_paid: whether it is paid first.
        now: the present moment.
    """
    if not is_paid:
        return _("You can cancel free of charge until the beginning.")
    until = starts_at - timedelta(hours=terms.free_cancel_hours)
    words = {"moment": write_moment(until, zone=zone), "n": terms.late_refund_percent}
    if until <= now:
        late = _("If you cancel, %(n)s %% of what you paid comes back.")
        return late % words if words["n"] else _("If you cancel now, nothing comes back.")
    if terms.late_refund_percent:
        text = _(
            "Cancel until %(moment)s and everything comes back; later, until the beginning, "
            "%(n)s %% of what you paid."
        )
        return text % words
    return _("Cancel until %(moment)s and everything comes back; later nothing does.") % words


def _is_prepaid(hold: Hold) -> bool:
    """Tell whether it is paid when booking, with money or wholly with credits."""
    if not hold.total_minor:
        return is_covered_whole(hold.price)
    return hold.space.payment == PaymentRule.PREPAID


def _is_paid_first(reservation: Reservation) -> bool:
    """Tell whether it was paid when booking, with money or wholly with credits."""
    if reservation.payment_rule == PaymentRule.FREE:
        return is_covered_whole(reservation.price)
    return reservation.payment_rule == PaymentRule.PREPAID


def _find_voucher(hold: Hold) -> str:
    lines = hold.price.lines
    return next((line.label for line in lines if line.kind == LineKind.VOUCHER), "")


def _before_reductions(hold: Hold) -> int:
    """Return what the stay cost with its equipment when it was held, before anything was taken off."""
    reductions = {LineKind.VOUCHER, LineKind.CREDIT}
    return sum(one.amount_minor for one in hold.price.lines if one.kind not in reductions)


def _write_deposit(hold: Hold) -> str:
    space = hold.space
    deposit = compute_deposit(hold.total_minor, percent=space.deposit_percent)
    is_first = space.payment == PaymentRule.PREPAID and not space.needs_approval
    return money(deposit, hold.currency) if is_first and deposit else ""


def _write_payment(hold: Hold) -> str:
    space = hold.space
    deposit = compute_deposit(hold.total_minor, percent=space.deposit_percent)
    if space.payment == PaymentRule.PREPAID and deposit:
        words = {
            "now": money(deposit, hold.currency),
            "rest": money(hold.total_minor - deposit, hold.currency),
        }
        if space.needs_approval:
            return _("You pay %(now)s after the yes, and %(rest)s later.") % words
        return _("You pay %(now)s when booking, and %(rest)s later.") % words
    if space.payment == PaymentRule.PREPAID and space.needs_approval:
        return _(
            "You pay after the yes: the mail brings the link, and with the payment it is yours."
        )
    if space.payment == PaymentRule.PREPAID:
        return _("You pay when booking: the reservation is confirmed with the payment.")
    return _("You pay later.")
