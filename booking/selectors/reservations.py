"""Reservations and holds, as somebody sees them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Now

from booking.models import Block, Hold, Reservation, Space
from booking.periods import Period
from booking.selectors.hours import find_hours_of
from booking.selectors.places import list_spaces_for
from booking.states import LIVE, SOLD, PaymentRule, ReservationState
from spotex.kernel.actor import Actor
from tenants.billing.models import Payment
from tenants.billing.states import PaymentState
from tenants.permissions import Permission


def list_reservations_for(actor: Actor) -> QuerySet[Reservation]:
    """List the reservations that the actor sees, the latest stay first.

    A contact sees its company's, and those of others in spaces that belong to its company.
    """
    if actor.agency_id is None or not actor.can(Permission.RESERVATION_VIEW):
        return Reservation.objects.none()
    reservations = Reservation.objects.select_related(
        "space", "space__location", "customer", "series"
    ).order_by("-starts_at", "-pk")
    if actor.customer_id is None:
        return reservations
    own = Q(customer_id=actor.customer_id)
    return reservations.filter(own | Q(space__location__customer_id=actor.customer_id))


def search_reservations(reservations: QuerySet[Reservation], *, text: str) -> QuerySet[Reservation]:
    """Narrow a list to codes, people, companies and spaces that contain the text."""
    if not text:
        return reservations
    return reservations.filter(
        Q(code__icontains=text)
        | Q(name__icontains=text)
        | Q(email__icontains=text)
        | Q(customer__name__icontains=text)
        | Q(space__name__icontains=text),
    )


def is_still_to_pay() -> Q:
    """Return the condition that somebody owes money: before the stay is theirs, or for the rest."""
    taken = Payment.objects.filter(subject=OuterRef("public_id"), state=PaymentState.CAPTURED)
    total = taken.order_by().values("subject").annotate(total=Sum("amount_minor")).values("total")
    rest = Q(
        state__in=SOLD,
        payment_rule__in=[PaymentRule.PREPAID, PaymentRule.PAY_LATER],
        total_minor__gt=Coalesce(Subquery(total), 0),
    )
    return Q(state=ReservationState.PENDING_PAYMENT) | rest


def count_left_outside(spaces: Iterable[Space], *, now: datetime) -> int:
    """Count the stays to come that lie outside the hours of their spaces, locations loaded.

    They stay as they were booked; somebody should look at them.
    """
    hours = find_hours_of(spaces)
    coming = Reservation.objects.filter(space__in=hours, state__in=LIVE, starts_at__gt=now)
    return sum(
        not any(one.contains(stay) for one in hours[space].list_around(stay))
        for space, stay in (
            (row.space_id, Period(start=row.starts_at, end=row.ends_at)) for row in coming
        )
    )


def list_open_holds(booker: str) -> QuerySet[Hold]:
    """List what somebody holds at this moment, by the database's clock."""
    return Hold.objects.filter(booker=booker, end="", expires_at__gt=Now()).select_related(
        "space", "space__location"
    )


def count_unpaid(booker: str) -> int:
    """Count what somebody booked and has still to pay for before it is theirs.

    What the agency agreed to does not count: nobody waits a day for its payment and holds nothing.
    """
    mine = Reservation.objects.filter(booker=booker, state=ReservationState.PENDING_PAYMENT)
    mine = mine.filter(answered_at=None)
    return mine.filter(pay_by__gt=Now()).count()


def is_open_request() -> Q:
    """Return the condition that somebody waits for the agency's yes at this moment."""
    return Q(state=ReservationState.PENDING_APPROVAL, answer_by__gt=Now())


def list_open_requests() -> QuerySet[Reservation]:
    """List the stays for which somebody waits for the agency's yes at this moment."""
    return Reservation.objects.filter(is_open_request())


@dataclass(frozen=True, kw_only=True)
class OpenRequests:
    """How many requests wait for the agency's yes, and until when the first of them does."""

    count: int
    first_until: datetime | None


def sum_requests_for(actor: Actor) -> OpenRequests:
    """Return what waits at this moment for a yes or a no of the actor, in one query."""
    if actor.customer_id is not None or not actor.can(Permission.RESERVATION_MANAGE):
        return OpenRequests(count=0, first_until=None)
    mine = list_reservations_for(actor).order_by()
    found = mine.filter(is_open_request()).aggregate(
        count=Count("pk"), first_until=Min("answer_by")
    )
    return OpenRequests(**found)


def find_open_hold(space: Space, stay: Period, *, booker: str) -> Hold | None:
    """Return what somebody holds of a space for exactly this time, if anything."""
    holds = list_open_holds(booker).filter(space=space)
    return holds.filter(starts_at=stay.start, ends_at=stay.end).first()


def list_blocks_for(actor: Actor) -> QuerySet[Block]:
    """List the blocks on spaces that the actor sees."""
    return Block.objects.filter(space__in=list_spaces_for(actor), lifted_at=None).select_related(
        "space", "space__location"
    )
