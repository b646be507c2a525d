"""The calendar of a space: what occupies it now, and the slots that follow."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models.functions import Now

from booking.models import Hold, Reservation, Space
from booking.periods import Period
from booking.selectors.hours import find_hours
from booking.slots import Grid, Occupied, Slot, list_slots
from booking.states import LIVE, ClaimKind
from booking.units import Interval

_OCCUPIED: Final = """
    SELECT lower(unit), upper(unit), lower(busy), upper(busy), kind, subject, upper(valid)
    FROM booking_claim
    WHERE unit && int8range(%s, %s) AND busy && tstzrange(%s, %s) AND valid @> clock_timestamp()
"""


def list_occupied(space: Space, period: Period) -> list[Occupied]:
    """Return the claims on a space, on its parts and on what it is part of, valid at this moment."""
    buffer = timedelta(minutes=space.buffer_minutes)
    values: list[Any] = [space.unit_low, space.unit_high, period.start, period.end + buffer]
    with connection.cursor() as cursor:
        cursor.execute(_OCCUPIED, values)
        return [
            Occupied(
                unit=Interval(low=low, high=high),
                busy=Period(start=start, end=end),
                kind=ClaimKind(kind),
                subject=subject,
                until=until,
            )
            for low, high, start, end, kind, subject, until in cursor.fetchall()
        ]


def list_slots_of_day(
    space: Space, day: date, *, booker: str, now: datetime, but: Collection[str] = ()
) -> list[Slot]:
    """Return the slots of a space on a day of its own calendar.

    Args:
        space: with its location.
        day: by the clock of the location.
        booker: who looks; ``""`` for nobody in particular.
        now: the present moment.
        but: public ids of holds that do not count, such as those that may still be changed.
    """
    hours = find_hours(space)
    usual, opened = hours.list_usual(day, day), hours.list_open(day, day)
    if not usual and not opened:
        return []
    whole = Period(
        start=min(one.start for one in [*usual, *opened]),
        end=max(one.end for one in [*usual, *opened]),
    )
    return list_slots(
        Grid(
            space=space.public_id,
            seats=list_seats(space),
            step=timedelta(minutes=space.slot_minutes),
            buffer=timedelta(minutes=space.buffer_minutes),
            usual=usual,
            open=opened,
            occupied=[one for one in list_occupied(space, whole) if one.subject not in but],
            mine=list_own_subjects(space, whole, booker=booker),
        ),
        now=now,
    )


def list_seats(space: Space) -> tuple[Interval, ...]:
    """Return what can be claimed of a space: each of its seats, else all of it."""
    if not space.seats:
        return (space.unit,)
    return tuple(space.unit.seat(number) for number in range(space.seats))


def list_own_subjects(space: Space, period: Period, *, booker: str) -> frozenset[str]:
    """Return the public ids of somebody's holds and reservations of a space around a time."""
    if not booker:
        return frozenset()
    found = {"space": space, "booker": booker}
    around = {"starts_at__lt": period.end, "ends_at__gt": period.start}
    holds = Hold.objects.filter(**found, **around, end="", expires_at__gt=Now())
    stays = Reservation.objects.filter(**found, **around, state__in=LIVE)
    ids = holds.values_list("public_id", flat=True).union(stays.values_list("public_id", flat=True))
    return frozenset(ids)


def read_clock() -> datetime:
    """Return the database's time, the only one by which claims begin and end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)
