"""Taking, keeping and giving back space; the database decides, and its clock alone counts.

Nothing here asks first whether something is free: the constraint ``never_sold_twice`` answers at
the moment of writing, to everybody alike. A hold needs nobody to end it, since its validity is
part of the constraint.

Source: ADR 0032.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db import IntegrityError, connection, transaction

from booking.states import ClaimKind
from booking.units import Interval
from spotex.kernel.locks import sqlstate_of
from spotex.kernel.tenancy import current_schema

_EXCLUDED: Final = "23P01"

_TAKE: Final = """
    WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now)
    INSERT INTO booking_claim (unit, busy, valid, kind, subject, created_at)
    SELECT int8range(%s, %s), tstzrange(%s, %s), tstzrange(now, now + %s::interval), %s, %s, now
    FROM clock
    ON CONFLICT DO NOTHING
    RETURNING id, upper(valid)
"""
_KEEP: Final = """
    UPDATE booking_claim SET valid = tstzrange(lower(valid), NULL), kind = %s
    WHERE id = %s AND (upper_inf(valid) OR upper(valid) > clock_timestamp())
"""
_EXTEND: Final = """
    UPDATE booking_claim
    SET valid = tstzrange(lower(valid), greatest(
        CASE WHEN %(keeps_end)s THEN upper(valid) END,
        least(clock_timestamp() + %(lasting)s::interval, %(latest)s)
    ))
    WHERE id = %(claim)s AND NOT upper_inf(valid) AND upper(valid) > clock_timestamp()
      AND (%(keeps_end)s OR %(latest)s > clock_timestamp())
    RETURNING upper(valid)
"""
_GIVE_BACK: Final = """
    UPDATE booking_claim SET valid = tstzrange(lower(valid), clock_timestamp())
    WHERE subject = %s AND (upper_inf(valid) OR upper(valid) > clock_timestamp())
"""
_REVIVE: Final = """
    WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now)
    INSERT INTO booking_claim (unit, busy, valid, kind, subject, created_at)
    SELECT unit, busy, tstzrange(now, NULL), %s, subject, now FROM booking_claim, clock
    WHERE id = %s AND %s > now
    ON CONFLICT DO NOTHING
    RETURNING id
"""
_IS_VALID: Final = "SELECT 1 FROM booking_claim WHERE id = %s AND valid @> clock_timestamp()"


class Outcome(StrEnum):
    """What became of a hold for which money, or a yes, arrived."""

    KEPT = "kept"
    """It was still valid."""

    REVIVED = "revived"
    """It had expired, and the space was still free."""

    LOST = "lost"
    """It had expired, and somebody else has the space, or its time is over."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A claim that was made; ``until`` is None for one without an end."""

    claim: int
    until: datetime | None


def take(
    unit: Interval,
    *,
    start: datetime,
    end: datetime,
    kind: ClaimKind,
    subject: str,
    lasting: timedelta | None = None,
) -> Taken | None:
    """Claim units for a time; None when somebody has any part of it.

    Args:
        unit: the space, or one seat of it.
        start: when it begins to be busy.
        end: when it is free again, the pause for cleaning included.
        kind: why.
        subject: public id of what it belongs to.
        lasting: how long the claim is valid; None for ever.
    """
    values: list[Any] = [unit.low, unit.high, start, end, lasting, kind, subject]
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, values)
        row = cursor.fetchone()
    return None if row is None else Taken(claim=row[0], until=row[1])


def keep(claim: int, *, ends_at: datetime, may_revive: bool = True) -> tuple[Outcome, int]:
    """Make a hold last for ever; when it came too late, only if the space is still free.

    ``ends_at`` is the end of the stay, without the pause after it: nobody buys time that is over.
    Returns what became of it and the claim that counts now: another one if it was revived, for
    the old one must not cover the time in which somebody else had the space. ``may_revive`` tells
    whether the space is sold at all by now.

    On the very edge the constraint may refuse what the clock allowed: somebody else took the space
    in that instant. It is then treated as late, which it was.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_KEEP, [ClaimKind.RESERVATION, claim])
            if cursor.rowcount:
                return Outcome.KEPT, claim
    except IntegrityError as error:
        if sqlstate_of(error) != _EXCLUDED:
            raise
    if not may_revive:
        return Outcome.LOST, claim
    with connection.cursor() as cursor:
        cursor.execute(_REVIVE, [ClaimKind.RESERVATION, claim, ends_at])
        row = cursor.fetchone()
    return (Outcome.REVIVED, row[0]) if row else (Outcome.LOST, claim)


def extend(
    claim: int, *, lasting: timedelta, latest: datetime, keeps_end: bool = False
) -> datetime | None:
    """Let a hold last so long from now on, up to its cap; None when it has expired.

    ``keeps_end`` never makes it shorter than it was promised: what the waiting list offers lasts
    longer than others' holds.
    """
    try:
        values: dict[str, Any] = {
            "lasting": lasting,
            "latest": latest,
            "claim": claim,
            "keeps_end": keeps_end,
        }
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_EXTEND, values)
            row = cursor.fetchone()
    except IntegrityError as error:
        if sqlstate_of(error) != _EXCLUDED:
            raise
        return None
    return row[0] if row else None


def is_valid(claim: int) -> bool:
    """Tell whether a claim keeps its space at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_VALID, [claim])
        return cursor.fetchone() is not None


def line_up(*units: Interval) -> None:
    """Let those who give a time back and take another one pass one by one, in trees of spaces.

    Two who want to swap their times would each wait for the other: what one gave back counts as
    taken until its transaction ends. Who only takes, or only gives back, needs no such queue.
    """
    schema = current_schema()
    with connection.cursor() as cursor:
        for tree in sorted({unit.tree for unit in units}):
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{schema}:units:{tree}"]
            )


def give_back(subject: str) -> int:
    """End every claim of a reservation, a block or a calendar; return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [subject])
        return int(cursor.rowcount)
