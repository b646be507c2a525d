"""Whether the money is right: reservations held against the books of the trial provider."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from booking.models import Claim, Reservation
from booking.states import LIVE, PENDING, ReservationState
from tenants.billing.models import Payment, SandboxIntent
from tenants.billing.states import PaymentState

_SOLD = LIVE - PENDING


@dataclass
class Books:
    """What was found."""

    reservations: int = 0
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def audit_books() -> Books:
    """Compare every reservation of the agency with what the provider took and gave back."""
    intents = {row.reference: row for row in SandboxIntent.objects.all()}
    paid: dict[str, list[SandboxIntent]] = {}
    for payment in Payment.objects.exclude(reference=""):
        paid.setdefault(payment.subject, []).append(intents[payment.reference])
    valid = set(Claim.objects.filter(valid__upper_inf=True).values_list("subject", flat=True))
    books = Books()
    for reservation in Reservation.objects.all():
        rows = paid.get(reservation.public_id, [])
        books.reservations += 1
        books.pairs[reservation.state, ", ".join(sorted(row.state for row in rows)) or "none"] += 1
        books.wrong += _judge(reservation, rows, has_claim=reservation.public_id in valid)
    return books


def _judge(reservation: Reservation, rows: list[SandboxIntent], *, has_claim: bool) -> list[str]:
    taken = sum(row.amount_minor for row in rows if row.state == PaymentState.CAPTURED)
    kept = taken - sum(row.refunded_minor for row in rows)
    reserved = any(row.state == PaymentState.AUTHORISED for row in rows)
    is_sold = reservation.state in _SOLD
    name = f"{reservation.public_id} {reservation.state}"
    found = []
    if is_sold and kept != reservation.total_minor:
        found.append(f"{name}: {kept} kept of {reservation.total_minor}")
    if is_sold != has_claim:
        found.append(f"{name}: {'no' if is_sold else 'a'} lasting claim")
    if reservation.state == ReservationState.CANCELLED and taken:
        due = taken - reservation.refund_minor
        if kept != due:
            found.append(f"{name}: {kept} kept instead of {due}")
    if reservation.state in {ReservationState.EXPIRED, ReservationState.PENDING_PAYMENT} and kept:
        found.append(f"{name}: {kept} kept for nothing")
    if reserved:
        found.append(f"{name}: money is still reserved")
    return found
