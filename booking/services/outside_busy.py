"""Events of calendars elsewhere become claims, never over what is sold.

What another event elsewhere or a block keeps busy already, as a whole or a part of the space, is
left to that; a reservation or a hold
in the way makes a conflict, which people solve.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from booking.calendar_reading import Occurrence
from booking.due_kinds import SETTLE_EVENT
from booking.events import OutsideBusyChanged
from booking.models import Claim, OutsideCalendar, OutsideEvent, Space
from booking.periods import Period
from booking.services.claims import give_back, take
from booking.states import ClaimKind, OutsideState
from booking.telling import list_concerned
from booking.units import Interval
from spotex.kernel.actor import Actor
from spotex.kernel.events import publish
from tenants.due import schedule_due

_UNSOLD: Final = (ClaimKind.EXTERNAL, ClaimKind.BLOCK)
_A_MOMENT: Final = timedelta(seconds=1)
S = OutsideState


@transaction.atomic
def follow_events(
    calendar: OutsideCalendar, occurrences: Sequence[Occurrence], *, actor: Actor, at: datetime
) -> None:
    """Let a calendar keep busy what it says now, and free what it says no longer.

    Args:
        calendar: locked, with its space.
        occurrences: all that it says of the time to come.
        actor: who causes it.
        at: the present moment.
    """
    wanted = {one.key: one for one in occurrences if one.ends_at > at}
    known = {one.key: one for one in _list_live(calendar, at=at)}
    changed = [key for key, event in known.items() if _differs(event, wanted.get(key))]
    for key in changed:
        event = known.pop(key)
        _end(event)
    for event in known.values():
        _rename(event, title=wanted[event.key].title)
    added = [wanted[key] for key in wanted if key not in known]
    made = [_add(calendar, one, actor=actor, at=at) for one in added]
    if changed or made:
        tell_busy(
            calendar,
            actor=actor,
            added=len(made),
            ended=len(changed),
            colliding=sum(one.state == S.CONFLICT for one in made),
        )
    settle_events(list_sharing(calendar.space), actor=actor, at=at)


def list_sharing(space: Space) -> QuerySet[OutsideEvent]:
    """List the events elsewhere of a space, of its parts and of what it is part of."""
    return OutsideEvent.objects.filter(
        calendar__space__unit_low__lt=space.unit_high,
        calendar__space__unit_high__gt=space.unit_low,
        calendar__removed_at=None,
    )


def settle_events(events: QuerySet[OutsideEvent], *, actor: Actor, at: datetime) -> int:
    """Try again what collided, and what others kept busy in part; return how many are right now.

    Args:
        events: among which to look.
        actor: who causes it.
        at: the present moment.
    """
    waiting = Q(state=S.CONFLICT) | Q(state=S.BUSY, is_partial=True)
    found = OutsideEvent.objects.filter(waiting, pk__in=events, ends_at__gt=at)
    found = found.select_related("calendar__space").select_for_update(of=("self",))
    settled = 0
    for event in found.order_by("starts_at", "pk"):
        before = event.state
        _claim(event, space=event.calendar.space, actor=actor, at=at)
        if before == S.CONFLICT and event.state == S.BUSY:
            settled += 1
            tell_busy(event.calendar, actor=actor, added=1, ended=0, colliding=0)
    return settled


def end_all_events(calendar: OutsideCalendar) -> None:
    """Free whatever a calendar keeps busy."""
    for event in calendar.events.exclude(state=S.GONE):
        _end(event)


def tell_busy(calendar: OutsideCalendar, *, actor: Actor, **figures: int) -> None:
    """Publish that a calendar elsewhere keeps its space busy at other times."""
    space = calendar.space
    publish(
        OutsideBusyChanged(
            actor=actor,
            subject_public_id=space.public_id,
            subject_name=space.name,
            details={"calendar": calendar.name, **figures},
            spaces=list_concerned(space),
        )
    )


def _list_live(calendar: OutsideCalendar, *, at: datetime) -> list[OutsideEvent]:
    return list(calendar.events.exclude(state=S.GONE).filter(ends_at__gt=at))


def _differs(event: OutsideEvent, said: Occurrence | None) -> bool:
    return said is None or (said.starts_at, said.ends_at) != (event.starts_at, event.ends_at)


def _end(event: OutsideEvent) -> None:
    give_back(event.public_id)
    event.state = S.GONE
    event.save()


def _rename(event: OutsideEvent, *, title: str) -> None:
    if event.title != title:
        event.title = title
        event.save()


def _add(
    calendar: OutsideCalendar, said: Occurrence, *, actor: Actor, at: datetime
) -> OutsideEvent:
    event = OutsideEvent(
        calendar=calendar,
        key=said.key,
        title=said.title,
        starts_at=said.starts_at,
        ends_at=said.ends_at,
        state=S.CONFLICT,
    )
    # An event that is over was made GONE or lies in the past: its key is free again.
    calendar.events.filter(key=said.key, ends_at__lte=at).update(state=S.GONE)
    _claim(event, space=calendar.space, actor=actor, at=at)
    return event


def _claim(event: OutsideEvent, *, space: Space, actor: Actor, at: datetime) -> None:
    """Claim what is left of an event's time, all of it or nothing, and note how that went."""
    period = Period(start=max(event.starts_at, at), end=event.ends_at)
    point = transaction.savepoint()
    give_back(event.public_id)
    covered = _list_covered(space, period)
    is_taken = all(
        take(
            unit,
            start=piece.start,
            end=piece.end,
            kind=ClaimKind.EXTERNAL,
            subject=event.public_id,
        )
        for piece, unit in _list_free(space, period, covered)
    )
    if is_taken:
        transaction.savepoint_commit(point)
    else:
        transaction.savepoint_rollback(point)
        _try_after_holds(event, space=space, period=period, actor=actor)
    event.state = S.BUSY if is_taken else S.CONFLICT
    event.is_partial = is_taken and bool(covered)
    event.save()


def _list_covered(space: Space, period: Period) -> list[tuple[Period, Interval]]:
    """Return when which units of a space are kept busy by what is not sold."""
    claims = Claim.objects.filter(
        kind__in=_UNSOLD,
        unit__overlap=(space.unit_low, space.unit_high),
        busy__overlap=(period.start, period.end),
        valid__contains=Now(),
    )
    return [
        (
            Period(start=one.busy.lower, end=one.busy.upper),
            Interval(low=one.unit.lower, high=one.unit.upper),
        )
        for one in claims
    ]


def _list_free(
    space: Space, period: Period, covered: Sequence[tuple[Period, Interval]]
) -> Iterator[tuple[Period, Interval]]:
    """Yield what is left of a space for a time: between two edges nothing changes."""
    edges = {period.start, period.end}
    for busy, _unit in covered:
        edges |= {edge for edge in (busy.start, busy.end) if period.start < edge < period.end}
    later = deque(sorted(covered, key=lambda one: one[0].start))
    running: list[tuple[Period, Interval]] = []
    for start, end in pairwise(sorted(edges)):
        running = [one for one in running if one[0].end > start]
        while later and later[0][0].start <= start:
            running.append(later.popleft())
        for unit in _list_gaps(space.unit, [unit for _busy, unit in running]):
            yield Period(start=start, end=end), unit


def _list_gaps(whole: Interval, covered: Sequence[Interval]) -> Iterator[Interval]:
    """Yield the units that none of some intervals has."""
    low = whole.low
    for unit in sorted(covered, key=lambda unit: unit.low):
        if unit.low > low:
            yield Interval(low=low, high=unit.low)
        low = max(low, unit.high)
    if low < whole.high:
        yield Interval(low=low, high=whole.high)


def _try_after_holds(event: OutsideEvent, *, space: Space, period: Period, actor: Actor) -> None:
    """Let an event be tried again when the last hold in its way is over, if nobody books it."""
    holds = Claim.objects.filter(
        kind=ClaimKind.HOLD,
        unit__overlap=(space.unit_low, space.unit_high),
        busy__overlap=(period.start, period.end),
        valid__contains=Now(),
        valid__upper_inf=False,
    )
    ends = [one.valid.upper for one in holds]
    if ends:
        schedule_due(
            SETTLE_EVENT,
            key=event.public_id,
            at=max(ends) + _A_MOMENT,
            agency_id=actor.agency_id,
        )
