"""Equipment and who has it, as somebody sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Now

from booking.lending import Loan, compute_peak
from booking.models import Equipment, EquipmentUse, Hold, Reservation, Space
from booking.periods import Period
from booking.selectors.places import list_locations_for
from booking.states import EquipmentPricing, ReservationState
from spotex.kernel.actor import Actor

_BOOKED = (
    ReservationState.CONFIRMED,
    ReservationState.CHECKED_IN,
)


def _counting() -> Q:
    """Return the condition under which pieces are lent: held, asked for, awaited or booked.

    A hold and the term of a payment end by the clock of the database, and with them the use.
    Where nobody came, or all have left, the pieces are free again, as the space is.
    """
    held = Q(reservation=None, hold__end="", hold__expires_at__gt=Now())
    asked = Q(
        reservation__state=ReservationState.PENDING_APPROVAL, reservation__answer_by__gt=Now()
    )
    awaited = Q(reservation__state=ReservationState.PENDING_PAYMENT, reservation__pay_by__gt=Now())
    return held | asked | awaited | Q(reservation__state__in=_BOOKED)


def list_counting_uses(items: Iterable[Equipment], *, stay: Period) -> QuerySet[Any]:
    """List the uses of some equipment that count now and touch a time, the first first.

    Each has ``starts_at`` and ``ends_at`` of what it is for.
    """
    uses = EquipmentUse.objects.filter(_counting(), equipment__in=list(items))
    return (
        uses.annotate(
            starts_at=Coalesce("reservation__starts_at", "hold__starts_at"),
            ends_at=Coalesce("reservation__ends_at", "hold__ends_at"),
        )
        .filter(starts_at__lt=stay.end, ends_at__gt=stay.start)
        .order_by("starts_at", "pk")
    )


def count_left(
    items: Iterable[Equipment], *, stay: Period, besides: Hold | Reservation | None = None
) -> dict[int, int | None]:
    """Return how many pieces of each are left for the whole of a time, by their keys.

    None where there is no limit. It may be less than nothing after pieces were taken out of stock.

    Args:
        items: of one or more locations.
        stay: from when to when.
        besides: a hold or a reservation whose own pieces do not count.
    """
    items = list(items)
    limited = [one for one in items if one.stock is not None]
    uses = list_counting_uses(limited, stay=stay)
    if besides is not None:
        uses = uses.exclude(pk__in=list_uses(besides).values("pk"))
    loans: defaultdict[int, list[Loan]] = defaultdict(list)
    for key, start, end, quantity in uses.values_list(
        "equipment_id", "starts_at", "ends_at", "quantity"
    ):
        loans[key].append(Loan(period=Period(start=start, end=end), quantity=quantity))
    return {
        one.pk: None if one.stock is None else one.stock - compute_peak(loans[one.pk])
        for one in items
    }


def list_uses(subject: Hold | Reservation) -> QuerySet[EquipmentUse]:
    """List what belongs to a hold that is no reservation yet, or to a reservation."""
    uses = EquipmentUse.objects.select_related("equipment").order_by("equipment__name", "pk")
    if isinstance(subject, Hold):
        return uses.filter(hold=subject, reservation=None)
    return uses.filter(reservation=subject)


def list_uses_of(reservations: Iterable[Reservation]) -> dict[int, list[EquipmentUse]]:
    """Return what belongs to each of some reservations, by their keys."""
    found: dict[int, list[EquipmentUse]] = {one.pk: [] for one in reservations}
    uses = EquipmentUse.objects.filter(reservation__in=found).select_related("equipment")
    for use in uses.order_by("equipment__name", "pk"):
        found[use.reservation_id or 0].append(use)
    return found


def list_offered(space: Space) -> QuerySet[Equipment]:
    """List what can be lent with a stay in a space, by name."""
    offered = Equipment.objects.filter(location_id=space.location_id, archived_at=None)
    here = Q(spaces=None) | Q(spaces=space)
    in_this_money = Q(pricing=EquipmentPricing.FREE) | Q(currency=space.currency)
    return offered.filter(here, in_this_money).order_by("name", "pk")


def list_equipment_for(actor: Actor) -> QuerySet[Equipment]:
    """List the equipment of the locations that the actor sees, with these, by name."""
    return (
        Equipment.objects.filter(archived_at=None, location__in=list_locations_for(actor))
        .select_related("location__customer")
        .order_by("name", "pk")
    )


def search_equipment(items: QuerySet[Equipment], *, text: str) -> QuerySet[Equipment]:
    """Narrow a list to names and descriptions that contain the text."""
    if not text:
        return items
    return items.filter(Q(name__icontains=text) | Q(description__icontains=text))
