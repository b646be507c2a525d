"""Claims against a model that a child could check: a list, and a look at each of its rows.

A hall with two parts, desks in one of them and places sold one by one; claims are made, given
back, kept, moved and let expire in any order. The database must say yes and no as the list does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.models import Claim
from booking.services.claims import Outcome, Taken, give_back, keep, take
from booking.states import ClaimKind
from booking.units import Interval

END = datetime(2100, 1, 1, tzinfo=UTC)
"""Long after every stay of these tests."""

HALL = Interval(low=0, high=1_000)
PLACES = [
    HALL,
    Interval(low=100, high=400),  # the left part
    Interval(low=110, high=120),  # a desk in it
    Interval(low=120, high=130),  # and another
    Interval(low=400, high=700),  # the right part
    *(HALL.seat(number) for number in range(3)),
    Interval(low=2_000, high=3_000),  # another room
]
MORNING = datetime(2030, 1, 7, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)
_OVERLAPS = """
    SELECT count(*) FROM booking_claim a JOIN booking_claim b
    ON a.id < b.id AND a.unit && b.unit AND a.busy && b.busy AND a.valid && b.valid
"""

places = st.integers(0, len(PLACES) - 1)
hours = st.integers(0, 5)
lengths = st.integers(1, 3)
numbers = st.integers(0, 30)
actions = st.one_of(
    st.tuples(st.just("take"), places, hours, lengths),
    st.tuples(st.just("take"), places, hours, lengths),
    st.tuples(st.just("give back"), numbers),
    st.tuples(st.just("keep"), numbers),
    st.tuples(st.just("expire"), numbers),
    st.tuples(st.just("move"), numbers, places, hours, lengths),
)


@dataclass
class Row:
    """One claim as the list knows it."""

    unit: Interval
    start: int
    end: int
    claim: int = 0
    is_valid: bool = True
    is_final: bool = False


@dataclass
class Model:
    """The list of claims, and the same in the database."""

    rows: list[Row] = field(default_factory=list)

    def is_free(self, unit: Interval, start: int, end: int, *, but: Row | None = None) -> bool:
        return not any(
            row.is_valid
            and row is not but
            and row.unit.low < unit.high
            and unit.low < row.unit.high
            and row.start < end
            and start < row.end
            for row in self.rows
        )

    def pick(self, number: int) -> tuple[Row, str] | None:
        if not self.rows:
            return None
        index = number % len(self.rows)
        return self.rows[index], f"hold_{index}"


def claim(unit: Interval, start: int, end: int, *, subject: str) -> Taken | None:
    return take(
        unit,
        start=MORNING + start * HOUR,
        end=MORNING + end * HOUR,
        kind=ClaimKind.HOLD,
        subject=subject,
        lasting=timedelta(days=1),
    )


def do_take(model: Model, place: int, start: int, length: int) -> None:
    unit, end = PLACES[place], start + length
    expected = model.is_free(unit, start, end)

    taken = claim(unit, start, end, subject=f"hold_{len(model.rows)}")

    assert (taken is not None) == expected
    if taken is not None:
        model.rows.append(Row(unit=unit, start=start, end=end, claim=taken.claim))


def do_give_back(model: Model, number: int) -> None:
    if (picked := model.pick(number)) is None:
        return
    row, subject = picked

    assert give_back(subject) == int(row.is_valid)
    row.is_valid = False


def do_expire(model: Model, number: int) -> None:
    """Let a hold have ended a second after it began; what is kept does not end."""
    if (picked := model.pick(number)) is None or picked[0].is_final or not picked[0].is_valid:
        return
    row, _subject = picked
    begin = datetime(2020, 1, 1, tzinfo=UTC) + row.claim * timedelta(seconds=2)
    Claim.objects.filter(pk=row.claim).update(valid=(begin, begin + timedelta(seconds=1)))
    row.is_valid = False


def do_keep(model: Model, number: int) -> None:
    if (picked := model.pick(number)) is None or picked[0].is_final:
        return
    row, _subject = picked
    expected = Outcome.KEPT if row.is_valid else Outcome.LOST
    if not row.is_valid and model.is_free(row.unit, row.start, row.end):
        expected = Outcome.REVIVED

    outcome, row.claim = keep(row.claim, ends_at=END)

    assert outcome == expected
    row.is_valid = row.is_final = outcome != Outcome.LOST


def do_move(model: Model, number: int, place: int, start: int, length: int) -> None:
    """Give the old time back and take the new one, or leave everything as it was."""
    if (picked := model.pick(number)) is None or not picked[0].is_valid:
        return
    row, subject = picked
    unit, end = PLACES[place], start + length
    expected = model.is_free(unit, start, end, but=row)
    with transaction.atomic():
        give_back(subject)
        taken = claim(unit, start, end, subject=subject)
        transaction.set_rollback(taken is None)

    assert (taken is not None) == expected
    if taken is not None:
        row.unit, row.start, row.end = unit, start, end
        row.claim, row.is_final = taken.claim, False


DEEDS = {
    "take": do_take,
    "give back": do_give_back,
    "keep": do_keep,
    "expire": do_expire,
    "move": do_move,
}


@pytest.mark.usefixtures("in_agency")
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=st.lists(actions, min_size=5, max_size=40))
def test_the_database_decides_as_a_list_would(story: list[tuple[Any, ...]]) -> None:
    with transaction.atomic():
        model = Model()
        for name, *values in story:
            DEEDS[name](model, *values)
        valid = sum(row.is_valid for row in model.rows)
        with connection.cursor() as cursor:
            cursor.execute(_OVERLAPS)
            assert cursor.fetchone() == (0,)
            cursor.execute("SELECT count(*) FROM booking_claim WHERE valid @> clock_timestamp()")
            assert cursor.fetchone() == (valid,)
        transaction.set_rollback(True)
