"""The waiting list: who waits for what, and what would fit."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Min, Q, QuerySet
from django.db.models.functions import Now

from booking.choosing import find_first_start
from booking.hold_terms import hold_time
from booking.models import Claim, Reservation, Space, Wish
from booking.periods import Period
from booking.selectors.free_time import Question, find_free_time
from booking.selectors.hours import find_hours
from booking.states import OPEN_WISHES, WishState
from spotex.kernel.actor import Actor
from tenants.permissions import Permission


def list_wishes_for(actor: Actor) -> QuerySet[Wish]:
    """List the wishes that the actor sees, the oldest first: a contact those of its company."""
    if actor.agency_id is None or not actor.can(Permission.RESERVATION_VIEW):
        return Wish.objects.none()
    wishes = Wish.objects.select_related("space__location", "customer", "hold").order_by("pk")
    if actor.customer_id is None:
        return wishes
    return wishes.filter(customer_id=actor.customer_id)


def list_open_wishes(space: Space) -> QuerySet[Wish]:
    """List who waits for a space, for a part of it or for what is around it, in their order."""
    return (
        Wish.objects.filter(
            state__in=OPEN_WISHES,
            space__unit_low__lt=space.unit_high,
            space__unit_high__gt=space.unit_low,
        )
        .select_related("space__location", "customer", "hold")
        .order_by("pk")
    )


def find_position(wish: Wish) -> int:
    """Return how many people are first in the line for a space, and oneself: 1 is the next."""
    before = Wish.objects.filter(
        space_id=wish.space_id,
        state__in=OPEN_WISHES,
        pk__lt=wish.pk,
        starts_at__lt=wish.ends_at,
        ends_at__gt=wish.starts_at,
    )
    return before.count() + 1


def find_fit(wish: Wish, *, now: datetime) -> Period | None:
    """Return the first free time that a wish, its space and location loaded, is content with."""
    window, opened = _look_around(wish)
    asked = [part for one in opened if (part := one.overlap(window)) is not None]
    question = Question(space=wish.space, open_periods=asked)
    free = find_free_time([question]).get(wish.space_id, [])
    return _find_stay(wish, free=free, now=now)


def find_offer(wish: Wish, *, now: datetime) -> Period | None:
    """Return the same, if it can be booked: now, and for as long as anything is held at least."""
    found = find_fit(wish, now=now + hold_time())
    farthest = find_farthest(wish.space, now=now)
    return None if found and farthest and found.start > farthest else found


def find_farthest(space: Space, *, now: datetime) -> datetime | None:
    """Return the last moment at which a stay that is booked now may begin; None without one."""
    return now + timedelta(days=space.horizon_days) if space.horizon_days else None


def is_ever_open(wish: Wish, *, now: datetime) -> bool:
    """Tell whether the opening hours alone leave room for a wish."""
    window, opened = _look_around(wish)
    asked = [part for one in opened if (part := one.overlap(window)) is not None]
    return _find_stay(wish, free=asked, now=now) is not None


def find_next_end(wishes: list[Wish]) -> datetime | None:
    """Return when the first hold ends that keeps somebody waiting, if any does."""
    around = Q()
    for wish in wishes:
        space = wish.space
        around |= Q(
            unit__overlap=(space.unit_low, space.unit_high),
            busy__overlap=(wish.starts_at, wish.ends_at),
        )
    ending = Claim.objects.filter(around, valid__contains=Now(), valid__upper_inf=False)
    moment: datetime | None = ending.aggregate(first=Min("valid__endswith"))["first"]
    return moment


def find_booked(wish: Wish) -> Reservation | None:
    """Return what a guest on the list booked, who books in the name of the wish."""
    made = Reservation.objects.filter(booker=wish.public_id)
    return made.order_by("-pk").first() if wish.state == WishState.BOOKED else None


def list_other_waits(wish: Wish) -> list[str]:
    """Return the public ids of the other spaces for which the same person waits."""
    others = Wish.objects.filter(email=wish.email, state=WishState.WAITING)
    return list(
        others.exclude(space_id=wish.space_id)
        .values_list("space__public_id", flat=True)
        .distinct()
        .order_by("space__public_id")
    )


def _look_around(wish: Wish) -> tuple[Period, list[Period]]:
    window = Period(start=wish.starts_at, end=wish.ends_at)
    return window, find_hours(wish.space).list_around(window)


def _list_grids(wish: Wish) -> list[Period]:
    """Return the hours, day by day, from whose beginning the slots of a wish count."""
    hours = find_hours(wish.space)
    ends = (wish.starts_at, wish.ends_at)
    first, last = (moment.astimezone(hours.zone).date() for moment in ends)
    return hours.list_by_day(first - timedelta(days=1), last)


def _find_stay(wish: Wish, *, free: list[Period], now: datetime) -> Period | None:
    length, space = timedelta(minutes=wish.minutes), wish.space
    start = find_first_start(
        _list_grids(wish),
        free,
        step=timedelta(minutes=space.slot_minutes),
        shortest=length,
        earliest=max(wish.starts_at, now + timedelta(minutes=space.notice_minutes)),
    )
    return None if start is None else Period(start=start, end=start + length)
