"""Free time of spaces, derived in one statement; never asked in order to accept anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from django.db import connection

from booking.choosing import find_first_start
from booking.models import Space
from booking.periods import Period
from booking.selectors.hours import find_hours_of

LOOK_AHEAD_DAYS: Final = 14

_FREE: Final = """
    SELECT wanted.space, range_agg(one.free)
    FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::int[], %s::interval[], %s::tstzmultirange[])
        AS wanted (space, low, high, seats, pause, open)
    CROSS JOIN LATERAL generate_series(0, greatest(wanted.seats, 1) - 1) AS seat
    CROSS JOIN LATERAL (
        SELECT wanted.open - coalesce(
            range_agg(tstzrange(lower(claim.busy) - wanted.pause, upper(claim.busy))), '{}'
        ) AS free
        FROM booking_claim AS claim
        WHERE claim.unit && CASE
                WHEN wanted.seats = 0 THEN int8range(wanted.low, wanted.high)
                ELSE int8range(wanted.low + seat, wanted.low + seat + 1)
            END
          AND claim.busy && tstzrange(
                lower(wanted.open), upper(wanted.open) + wanted.pause)
          AND claim.valid @> clock_timestamp()
    ) AS one
    GROUP BY wanted.space
"""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A space and when it is open."""

    space: Space
    open_periods: Sequence[Period]


def find_free_time(questions: Iterable[Question]) -> dict[int, list[Period]]:
    """Return by space when a stay may begin and end; the pause after it is taken off already.

    Where places are sold one by one, it is free as long as one of them is.
    """
    questions = list(questions)
    free: dict[int, list[Period]] = {one.space.pk: [] for one in questions}
    asked = [one for one in questions if one.open_periods]
    if not asked:
        return free
    with connection.cursor() as cursor:
        cursor.execute(
            _FREE,
            [
                [one.space.pk for one in asked],
                [one.space.unit_low for one in asked],
                [one.space.unit_high for one in asked],
                [one.space.seats for one in asked],
                [timedelta(minutes=one.space.buffer_minutes) for one in asked],
                [_write_multirange(tuple(one.open_periods)) for one in asked],
            ],
        )
        for space, ranges in cursor.fetchall():
            free[space] = [Period(start=one.lower, end=one.upper) for one in ranges]
    return free


def find_next_starts(
    spaces: Sequence[Space], *, now: datetime, days: int = LOOK_AHEAD_DAYS
) -> dict[int, datetime | None]:
    """Return by space when the next possible stay begins, None where there is none for days.

    One query besides those for hours that are not remembered.

    Args:
        spaces: with their locations.
        now: the present moment.
        days: how far to look.
    """
    hours = find_hours_of(spaces)
    opened, grids = {}, {}
    for space in spaces:
        today = now.astimezone(hours[space.pk].zone).date()
        last = today + timedelta(days=days)
        opened[space.pk] = hours[space.pk].list_open(today, last)
        grids[space.pk] = hours[space.pk].list_by_day(today, last)
    free = find_free_time(Question(space=space, open_periods=opened[space.pk]) for space in spaces)
    return {
        space.pk: find_first_start(
            grids[space.pk],
            free.get(space.pk, []),
            step=timedelta(minutes=space.slot_minutes),
            shortest=timedelta(minutes=space.min_minutes),
            earliest=now + timedelta(minutes=space.notice_minutes),
        )
        for space in spaces
    }


@lru_cache(maxsize=1_024)  # most spaces of a house are open at the same hours
def _write_multirange(periods: tuple[Period, ...]) -> str:
    ranges = (f"[{one.start.isoformat()},{one.end.isoformat()})" for one in periods)
    return f"{{{','.join(ranges)}}}"


def find_free_days(
    spaces: Collection[Space], *, first_day: date, last_day: date
) -> dict[int, list[Period]]:
    """Return by space when a stay may begin and end on some days of its own calendar.

    Args:
        spaces: with their locations.
        first_day: by the clock of each location.
        last_day: included.
    """
    hours = find_hours_of(spaces)
    return find_free_time(
        Question(space=space, open_periods=hours[space.pk].list_open(first_day, last_day))
        for space in spaces
    )
