"""Inputs and outputs of ``reservations``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from rest_framework import serializers

from booking.models import Reservation
from booking.models.vouchers import CODE_MAX_LENGTH
from booking.recurrence import MOST_OCCURRENCES, MOST_STEPS
from booking.services.payments import count_due
from booking.services.reservations import NOTES_MAX_LENGTH
from booking.states import Frequency, PaymentRule, ReservationState
from portals.api.answers import as_time
from portals.api.fields import (
    Choice,
    Count,
    Day,
    Email,
    Flag,
    Input,
    Moment,
    PublicId,
    Text,
)
from portals.api.v1.serializers.equipment import (
    PiecesOut,
    attach_equipment,
    pieces_field,
    show_pieces,
)
from portals.api.v1.serializers.money import MoneyOut, show_money
from portals.api.v1.serializers.occurrences import OccurrenceOut
from portals.api.v1.serializers.payments import STATES
from portals.api.v1.serializers.rates import PriceLineOut, show_price_lines
from tenants.billing.models import Payment
from tenants.billing.selectors import count_taken, describe_state, list_payments_of
from tenants.payment_providers import PaymentProvider

PERSON_MAX_LENGTH = 120
_PAYMENTS: Final = "payments"


class GuestIn(Input):
    """Somebody without an account, to whose address the confirmation goes."""

    name = Text(max_length=PERSON_MAX_LENGTH)
    email = Email()


class BookIn(Input):
    """For whom it is booked.

    Without ``hold`` your own hold of the slot is used, if you have one. ``customer`` and ``guest``
    are for the agency's people and for API keys; a customer's people book for their company.
    ``voucher`` is the code of one; with ``pay_with_credits`` the minutes that the customer has pay,
    as far as they reach; ``equipment`` is what is lent with it, instead of what the hold has.
    """

    hold = PublicId("hold", required=False)
    customer = PublicId("cus", required=False)
    guest = GuestIn(required=False)
    notes = Text(required=False, allow_blank=True, max_length=NOTES_MAX_LENGTH)
    pay_with_credits = Flag(required=False)
    voucher = Text(required=False, allow_blank=True, max_length=CODE_MAX_LENGTH)
    equipment = pieces_field()


class RecurrenceIn(Input):
    """How a stay repeats by the clock of the place: ``until`` a last day, or ``count`` times.

    ``skip`` names days without one, ``only`` the days that are booked; without it all that are
    free are.
    """

    frequency = Choice(choices=Frequency.values)
    every = Count(required=False, min_value=1, max_value=MOST_STEPS, default=1)
    until = Day(required=False)
    count = Count(required=False, min_value=1, max_value=MOST_OCCURRENCES)
    skip = serializers.ListField(child=Day(), required=False, max_length=MOST_OCCURRENCES)
    only = serializers.ListField(child=Day(), required=False, max_length=MOST_OCCURRENCES)


class ReservationIn(BookIn):
    """What is booked, and for whom.

    With ``recurrence`` each stay is a reservation of its own: the answer is the first of them,
    and ``occurrences`` says what became of each.
    """

    space = PublicId("spc")
    starts_at = Moment()
    ends_at = Moment()
    recurrence = RecurrenceIn(required=False)


class SeriesIn(Input):
    """A stay and how it repeats; for a ``customer``, at its prices."""

    space = PublicId("spc")
    starts_at = Moment()
    ends_at = Moment()
    customer = PublicId("cus", required=False)
    recurrence = RecurrenceIn()


class ReservationChangesIn(Input):
    """Where it moves to, and what is lent with it; what is left out stays."""

    space = PublicId("spc", required=False)
    starts_at = Moment(required=False)
    ends_at = Moment(required=False)
    equipment = pieces_field()


class ReservationPaymentOut(serializers.Serializer[Any]):
    """The newest payment of a reservation, in short."""

    id = serializers.CharField()
    provider = serializers.ChoiceField(choices=PaymentProvider.values)
    state = serializers.ChoiceField(choices=STATES)
    amount = MoneyOut()


class ReservationOut(serializers.Serializer[Any]):
    """A reservation.

    ``refund`` is what comes back of a cancelled one; ``payment`` is null until one was opened.
    ``paid`` is what was taken, less what went back, and ``due`` what is to be paid now. Where only a
    ``deposit`` is paid when booking, the rest is due as soon as that is paid. ``answer`` is what the agency said to who asked, where it has to agree first.
    """

    id = serializers.CharField()
    code = serializers.CharField()
    state = serializers.ChoiceField(choices=ReservationState.values)
    space = serializers.CharField()
    space_name = serializers.CharField()
    location = serializers.CharField()
    customer = serializers.CharField(allow_null=True)
    name = serializers.CharField()
    email = serializers.CharField()
    notes = serializers.CharField()
    series = serializers.CharField(allow_null=True)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    seat = serializers.IntegerField(allow_null=True)
    payment_rule = serializers.ChoiceField(choices=PaymentRule.values)
    total = MoneyOut()
    vat = MoneyOut()
    price_lines = PriceLineOut(many=True)
    equipment = PiecesOut(many=True)
    answer_by = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    answer = serializers.CharField()
    pay_by = serializers.DateTimeField(allow_null=True)
    deposit = MoneyOut(allow_null=True)
    paid = MoneyOut()
    due = MoneyOut()
    payment = ReservationPaymentOut(allow_null=True)
    refund = MoneyOut(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)
    cancel_reason = serializers.CharField()
    checked_in_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def attach_details(reservations: Sequence[Reservation]) -> None:
    """Look up payments and equipment of each of some reservations, for ``show_reservation``."""
    attach_equipment(reservations)
    found = list_payments_of(one.public_id for one in reservations)
    for one in reservations:
        setattr(one, _PAYMENTS, found[one.public_id])


class BookedOut(ReservationOut):
    """A new reservation, with what became of each where it repeats."""

    occurrences = OccurrenceOut(many=True, allow_null=True)


def show_reservation(reservation: Reservation) -> dict[str, Any]:
    """Return a ``ReservationOut`` of a reservation whose space, customer and payment are loaded."""
    currency = reservation.currency
    payments: list[Payment] = getattr(reservation, _PAYMENTS)
    is_cancelled = reservation.state == ReservationState.CANCELLED
    return {
        "id": reservation.public_id,
        "code": reservation.code,
        "state": reservation.state,
        "space": reservation.space.public_id,
        "space_name": reservation.space.name,
        "location": reservation.space.location.public_id,
        "customer": reservation.customer.public_id if reservation.customer else None,
        "name": reservation.name,
        "email": reservation.email,
        "notes": reservation.notes,
        "series": reservation.series.public_id if reservation.series else None,
        "starts_at": as_time(reservation.starts_at),
        "ends_at": as_time(reservation.ends_at),
        "seat": reservation.seat,
        "payment_rule": reservation.payment_rule,
        "total": show_money(reservation.total_minor, currency),
        "vat": show_money(reservation.vat_minor, currency),
        "price_lines": show_price_lines(reservation.price.lines, currency=currency),
        "equipment": show_pieces(reservation),
        "answer_by": as_time(reservation.answer_by),
        "answered_at": as_time(reservation.answered_at),
        "answer": reservation.answer,
        "pay_by": as_time(reservation.pay_by),
        "deposit": show_money(reservation.deposit_minor, currency)
        if reservation.deposit_minor
        else None,
        "paid": show_money(sum(count_taken(one) for one in payments), currency),
        "due": show_money(count_due(reservation, payments=payments), currency),
        "payment": _show_payment(payments[0]) if payments else None,
        "refund": show_money(reservation.refund_minor, currency) if is_cancelled else None,
        "cancelled_at": as_time(reservation.cancelled_at),
        "cancel_reason": reservation.cancel_reason,
        "checked_in_at": as_time(reservation.checked_in_at),
        "created_at": as_time(reservation.created_at),
        "updated_at": as_time(reservation.updated_at),
    }


def _show_payment(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.public_id,
        "provider": payment.provider,
        "state": describe_state(payment),
        "amount": show_money(payment.amount_minor, payment.currency),
    }
