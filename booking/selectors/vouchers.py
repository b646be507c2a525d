"""Vouchers and their uses, as somebody sees them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Now

from booking.models import Hold, Reservation, Voucher, VoucherUse
from booking.states import ReservationState
from spotex.kernel.actor import Actor
from tenants.permissions import Permission

_BOOKED = (
    *(ReservationState.CONFIRMED, ReservationState.CHECKED_IN),
    *(ReservationState.COMPLETED, ReservationState.NO_SHOW),
)


def pending(prefix: str = "") -> Q:
    """Return the condition under which something of a hold or a reservation is still awaited.

    A hold and the term of a payment end by the clock of the database.
    """
    held = {"reservation": None, "hold__end": "", "hold__expires_at__gt": Now()}
    awaited = {
        "reservation__state": ReservationState.PENDING_PAYMENT,
        "reservation__pay_by__gt": Now(),
    }
    asked = {
        "reservation__state": ReservationState.PENDING_APPROVAL,
        "reservation__answer_by__gt": Now(),
    }
    return _any_of(held, asked, awaited, prefix=prefix)


def counting(prefix: str = "") -> Q:
    """Return the condition under which a use counts: it is held, awaited, booked or spent."""
    booked, spent = {"reservation__state__in": _BOOKED}, {"is_spent": True}
    return pending(prefix) | _any_of(booked, spent, prefix=prefix)


def _any_of(*ways: dict[str, Any], prefix: str) -> Q:
    found = Q()
    for way in ways:
        found |= Q(**{f"{prefix}{name}": value for name, value in way.items()})
    return found


def list_counting_uses(voucher: Voucher) -> QuerySet[VoucherUse]:
    """List the uses of a voucher that count at this moment."""
    return VoucherUse.objects.filter(counting(), voucher=voucher)


def find_use(subject: Hold | Reservation) -> VoucherUse | None:
    """Return the use that belongs to a hold or a reservation, with its voucher, if any."""
    uses = VoucherUse.objects.select_related("voucher")
    if isinstance(subject, Hold):
        return uses.filter(hold=subject, reservation=None).first()
    return uses.filter(reservation=subject).first()


def are_there_vouchers() -> bool:
    """Tell whether it is of use to ask for a code."""
    return Voucher.objects.filter(ended_at=None).exists()


def list_vouchers_for(actor: Actor) -> QuerySet[Voucher]:
    """List the vouchers of the agency for its own people, the newest first, each with its uses."""
    is_of_agency = actor.agency_id is not None and actor.customer_id is None
    if not is_of_agency or not actor.can(Permission.SPACE_VIEW):
        return Voucher.objects.none()
    used = Count("uses", filter=counting("uses__"), distinct=True)
    return Voucher.objects.annotate(used=used).order_by("-pk")


def search_vouchers(vouchers: QuerySet[Voucher], *, text: str) -> QuerySet[Voucher]:
    """Narrow a list to codes and notes that contain the text."""
    if not text:
        return vouchers
    return vouchers.filter(Q(code__icontains=text) | Q(note__icontains=text))
