"""What people are told by mail about their reservations, in the active language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from booking.models import Reservation
from booking.periods import Period
from booking.price_parts import list_equipment_words
from booking.services.payments import count_due
from booking.states import SOLD, PaymentRule, ReservationState
from portals.stay_times import write_moment, write_stay, zone_of
from portals.templatetags.ui import money
from tenants.billing.selectors import list_live_payments


@dataclass(frozen=True, kw_only=True)
class ReservationNotice:
    """One mail: title, paragraphs, and the facts of the stay as names with values."""

    title: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


def write_confirmed(reservation: Reservation) -> ReservationNotice:
    """Confirm; the file for the calendar goes along."""
    texts = [_("Your reservation is confirmed. The attached file puts it into your calendar.")]
    if reservation.answer:
        texts.insert(0, reservation.answer)
    if reservation.deposit_minor:
        amounts = {
            "paid": money(reservation.deposit_minor, reservation.currency),
            "rest": money(
                reservation.total_minor - reservation.deposit_minor, reservation.currency
            ),
        }
        text = _(
            "%(paid)s are paid. You pay the other %(rest)s later, on the page of the reservation."
        )
        texts.append(text % amounts)
    if reservation.payment_rule == PaymentRule.PAY_LATER:
        texts.append(
            _(
                "You pay %(amount)s later. If you like, pay at any time on the page of the reservation."
            )
            % {"amount": money(reservation.total_minor, reservation.currency)}
        )
    return _compose(reservation, _("Your reservation is confirmed: %(space)s"), *texts)


def write_unsold(reservation: Reservation) -> ReservationNotice:
    """Say why money goes back: it is not owed, or somebody else had the space when it came."""
    if reservation.state in {*SOLD, ReservationState.CANCELLED}:
        return _compose(
            reservation,
            _("Your money comes back: %(space)s"),
            _("A payment has come that is not owed for this reservation, or not any more."),
            _(
                "What was only reserved disappears from your account, and what was taken comes "
                "back. Nothing changes in your reservation."
            ),
        )
    return _compose(
        reservation,
        _("Your money stays with you: %(space)s"),
        _(
            "Your payment arrived after the space was given to somebody else, so the reservation "
            "could not be confirmed."
        ),
        _(
            "You pay nothing: what was only reserved disappears from your account, and what was "
            "taken comes back. Please choose another time."
        ),
    )


def write_requested(reservation: Reservation) -> ReservationNotice:
    """Say until when the space is kept, and what is to be paid."""
    moment = _write_term(reservation, reservation.pay_by)
    text = _("We keep the space for you until %(moment)s. Pay until then, and it is yours.")
    return _compose(
        reservation, _("Waiting for your payment: %(space)s"), text % {"moment": moment}
    )


def write_asked(reservation: Reservation) -> ReservationNotice:
    """Say that a request has come, and by when it is answered."""
    text = _(
        "We have your request, and answer it by %(moment)s. Until then we keep the time for you."
    )
    return _compose(
        reservation,
        _("We have your request: %(space)s"),
        text % {"moment": _write_term(reservation, reservation.answer_by)},
        _("Nothing is to be paid before our yes."),
    )


def write_approved(reservation: Reservation) -> ReservationNotice:
    """Say yes, and until when it is to be paid."""
    text = _("Yes, the time is yours. Pay by %(moment)s on the page of the reservation to keep it.")
    texts = [text % {"moment": _write_term(reservation, reservation.pay_by)}]
    if reservation.answer:
        texts.append(reservation.answer)
    return _compose(reservation, _("Approved, to be paid: %(space)s"), *texts)


def write_declined(reservation: Reservation) -> ReservationNotice:
    """Say no, in the agency's words."""
    texts = [_("We are sorry: we cannot give you this time.")]
    if reservation.answer:
        texts.append(reservation.answer)
    texts.append(_("Nothing was charged. Perhaps another time suits."))
    return _compose(reservation, _("Not this time: %(space)s"), *texts)


def write_lapsed(reservation: Reservation) -> ReservationNotice:
    """Say that nobody answered, so that the space is free again."""
    return _compose(
        reservation,
        _("Not answered in time: %(space)s"),
        _("We did not answer your request in time, so the space is free again. We are sorry."),
        _("If you still need it, ask once more, or answer to this mail."),
    )


def _write_term(reservation: Reservation, term: datetime | None) -> str:
    return write_moment(term, zone=zone_of(reservation.space)) if term else ""


def write_extended(reservation: Reservation) -> ReservationNotice:
    """Say that the stay lasts longer, and what is still to be paid."""
    text = _("Your stay lasts longer now. The attached file renews it in your calendar.")
    return _compose(reservation, _("You stay longer: %(space)s"), text, *_write_due(reservation))


def write_equipped(reservation: Reservation) -> ReservationNotice:
    """Say that other equipment is lent with the stay, and what is still to be paid."""
    text = _("The equipment of your reservation has changed. The list below is the new one.")
    return _compose(reservation, _("Other equipment: %(space)s"), text, *_write_due(reservation))


def _write_due(reservation: Reservation) -> list[str]:
    due = count_due(reservation, payments=list_live_payments(reservation.public_id))
    text = _("%(amount)s are still to be paid, on the page of the reservation.")
    return [text % {"amount": money(due, reservation.currency)}] if due else []


def write_moved(reservation: Reservation) -> ReservationNotice:
    """Say when or where the stay is now."""
    return _compose(
        reservation,
        _("Your reservation has changed: %(space)s"),
        _("Your reservation has changed. The attached file renews it in your calendar."),
    )


def write_reminder(reservation: Reservation) -> ReservationNotice:
    """Remind of a stay that is soon."""
    return _compose(
        reservation,
        _("We expect you soon: %(space)s"),
        _("This is a reminder of your reservation. If you cannot come, please cancel it."),
    )


def write_missed(reservation: Reservation) -> ReservationNotice:
    """Say that nobody waits any more."""
    return _compose(
        reservation,
        _("We missed you: %(space)s"),
        _("You were not there, so the rest of your time is free for others."),
        _("If you think that this is a mistake, please answer to this mail."),
    )


def write_expected(reservation: Reservation) -> ReservationNotice:
    """Say that the time is theirs again, after somebody noted by mistake that they did not come."""
    return _compose(
        reservation,
        _("Your time is yours again: %(space)s"),
        _("We had noted by mistake that you did not come. Your reservation stands."),
    )


def write_cancelled(reservation: Reservation) -> ReservationNotice:
    """Say that it is off, and what comes back."""
    texts = [_("Your reservation is cancelled. The attached file takes it out of your calendar.")]
    if reservation.cancel_reason:
        texts.append(reservation.cancel_reason)
    if reservation.refund_minor:
        amount = money(reservation.refund_minor, reservation.currency)
        texts.append(_("%(amount)s come back to you.") % {"amount": amount})
    return _compose(reservation, _("Your reservation is cancelled: %(space)s"), *texts)


def write_expired(reservation: Reservation) -> ReservationNotice:
    """Say that nobody paid, so that the space is free again."""
    return _compose(
        reservation,
        _("Not paid in time: %(space)s"),
        _("The payment did not arrive in time, so the space is free again."),
        _("If you still need it, choose the time once more."),
    )


def write_series(reservations: Sequence[Reservation]) -> ReservationNotice:
    """Confirm stays that repeat, with all their days and what they cost together."""
    first = reservations[0]
    texts = [
        _("All these times are yours. Each can be moved or cancelled by itself."),
        _("The attached file puts them into your calendar."),
    ]
    total = sum(one.total_minor for one in reservations)
    if any(one.payment_rule == PaymentRule.PAY_LATER for one in reservations):
        amount = money(total, first.currency)
        texts.append(_("You pay later, %(amount)s in all.") % {"amount": amount})
    notice = _compose(first, _("Your reservations are confirmed: %(space)s"), *texts)
    facts = [fact for fact in notice.facts if fact[0] not in _hidden()]
    if total:
        facts.append((_("Price"), money(total, first.currency)))
    return replace(notice, facts=(*facts, (_("Times"), _list_times(reservations))))


def write_series_cancelled(reservations: Sequence[Reservation]) -> ReservationNotice:
    """Say which stays of a series are off, and what comes back for all of them."""
    first = reservations[0]
    texts = [_("These times are cancelled. Please take them out of your calendar.")]
    if first.cancel_reason:
        texts.append(first.cancel_reason)
    refund = sum(one.refund_minor for one in reservations)
    if refund:
        texts.append(_("%(amount)s come back to you.") % {"amount": money(refund, first.currency)})
    notice = _compose(first, _("Your reservations are cancelled: %(space)s"), *texts)
    facts = [fact for fact in notice.facts if fact[0] not in _hidden()]
    return replace(notice, facts=(*facts, (_("Times"), _list_times(reservations))))


def _hidden() -> set[str]:
    """Return the facts that differ from stay to stay."""
    return {_("When"), _("Code"), _("Price")}


def _list_times(reservations: Sequence[Reservation]) -> str:
    """Return a line for each stay, with its price."""
    lines = []
    for one in reservations:
        stay = Period(start=one.starts_at, end=one.ends_at)
        price = money(one.total_minor, one.currency) if one.total_minor else ""
        line = f"{write_stay(stay, zone=zone_of(one.space))} · {one.code}"
        lines.append(f"{line} · {price}" if price else line)
    return "\n".join(lines)


def _compose(reservation: Reservation, title: str, *paragraphs: str) -> ReservationNotice:
    space = reservation.space
    location = space.location
    stay = Period(start=reservation.starts_at, end=reservation.ends_at)
    words = write_stay(stay, zone=zone_of(space))
    facts = [
        (_("Space"), space.name),
        (_("When"), f"{words.day}, {words.hours} ({words.zone})"),
        (_("Place"), ", ".join(part for part in (location.name, location.address) if part)),
    ]
    equipment = list_equipment_words(reservation.price)
    if equipment:
        facts.append((_("Equipment"), "\n".join(equipment)))
    if location.directions:
        facts.append((_("How to get there"), location.directions))
    if reservation.total_minor:
        facts.append((_("Price"), money(reservation.total_minor, reservation.currency)))
    facts.append((_("Code"), reservation.code))
    return ReservationNotice(
        title=title % {"space": space.name}, paragraphs=paragraphs, facts=tuple(facts)
    )
