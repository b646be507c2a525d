"""Patterns: on which days, by the clock on the wall."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.periods import Period
from booking.recurrence import MOST_OCCURRENCES, Pattern, PatternInvalid, list_occurrences

ROME = ZoneInfo("Europe/Rome")


def stay(day: date, *, hour: int = 10, minute: int = 0, hours: float = 1) -> Period:
    start = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ROME).astimezone(UTC)
    return Period(start=start, end=start + timedelta(hours=hours))


def days(first: date, **pattern) -> list[date]:
    found = list_occurrences(stay(first), pattern=Pattern(**pattern), zone=ROME)
    return [one.day for one in found]


def test_every_day_and_every_other_week() -> None:
    first = date(2027, 2, 1)

    assert days(first, frequency="DAILY", count=3) == [
        first,
        date(2027, 2, 2),
        date(2027, 2, 3),
    ]
    assert days(first, frequency="WEEKLY", every=2, until=date(2027, 3, 1)) == [
        first,
        date(2027, 2, 15),
        date(2027, 3, 1),
    ]


def test_every_month_on_its_weekday() -> None:
    second_tuesday, fifth_monday = date(2027, 2, 9), date(2027, 3, 29)

    assert days(second_tuesday, frequency="MONTHLY", count=3) == [
        second_tuesday,
        date(2027, 3, 9),
        date(2027, 4, 13),
    ]
    assert days(fifth_monday, frequency="MONTHLY", count=3) == [
        fifth_monday,
        date(2027, 4, 26),
        date(2027, 5, 31),
    ]


def test_days_are_left_out() -> None:
    first, second = date(2027, 2, 1), date(2027, 2, 8)

    assert days(first, frequency="WEEKLY", count=2, skipped=frozenset({first})) == [second]


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change() -> None:
    found = list_occurrences(
        stay(date(2027, 10, 24)), pattern=Pattern(frequency="WEEKLY", count=2), zone=ROME
    )

    starts = [one.stay.start for one in found if one.stay]
    assert [start.astimezone(ROME).hour for start in starts] == [10, 10]
    assert starts[1] - starts[0] == timedelta(days=7, hours=1)


def test_there_is_no_stay_where_the_clocks_skip_its_time() -> None:
    found = list_occurrences(
        stay(date(2027, 3, 27), hour=2, minute=30),
        pattern=Pattern(frequency="DAILY", count=3),
        zone=ROME,
    )

    assert [one.stay is None for one in found] == [False, True, False]
    assert found[1].day == date(2027, 3, 28)


def test_a_night_that_the_clocks_turn_around_is_no_stay() -> None:
    """From half past two until half past two again: by the wall it has no length."""
    found = list_occurrences(
        stay(date(2027, 10, 31), hour=2, minute=30, hours=1),
        pattern=Pattern(frequency="DAILY", count=1),
        zone=ROME,
    )

    assert found[0].stay is None


@pytest.mark.parametrize(
    ("pattern", "field"),
    [
        ({"frequency": "YEARLY", "count": 2}, "frequency"),
        ({"frequency": "DAILY", "count": 2, "every": 0}, "every"),
        ({"frequency": "DAILY", "count": 2, "every": 13}, "every"),
        ({"frequency": "DAILY"}, "until"),
        ({"frequency": "DAILY", "count": 2, "until": date(2027, 3, 1)}, "until"),
        ({"frequency": "DAILY", "count": 0}, "count"),
        ({"frequency": "DAILY", "count": MOST_OCCURRENCES + 1}, "count"),
        ({"frequency": "DAILY", "until": date(2027, 1, 31)}, "until"),
        ({"frequency": "DAILY", "until": date(2028, 3, 1)}, "until"),
        ({"frequency": "DAILY", "until": date(2027, 6, 1)}, "until"),
        ({"frequency": "MONTHLY", "every": 12, "count": 3}, "count"),
        ({"frequency": "WEEKLY", "count": 54}, "count"),
    ],
)
def test_a_pattern_ends_and_makes_sense(pattern, field) -> None:
    with pytest.raises(PatternInvalid) as refused:
        days(date(2027, 2, 1), **pattern)

    assert refused.value.field == field


@pytest.mark.parametrize("start", ["9999-06-01T10:00", "9999-12-31T22:30", "1999-12-31T10:00"])
def test_no_pattern_begins_where_no_calendar_reaches(start) -> None:
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC)
    pattern = Pattern(frequency="DAILY", until=date(9999, 12, 31))

    with pytest.raises(PatternInvalid) as refused:
        list_occurrences(
            Period(start=begin, end=begin + timedelta(hours=1)), pattern=pattern, zone=ROME
        )

    assert refused.value.field == "starts_at"


def test_the_last_day_and_the_most_stays_are_allowed() -> None:
    first = date(2027, 2, 1)

    assert len(days(first, frequency="DAILY", count=MOST_OCCURRENCES)) == MOST_OCCURRENCES
    assert len(days(first, frequency="MONTHLY", until=date(2028, 2, 1))) == 12


def test_a_last_day_before_the_first_is_called_so() -> None:
    with pytest.raises(PatternInvalid, match="before the first") as refused:
        days(date(2027, 2, 8), frequency="WEEKLY", until=date(2027, 2, 7))

    assert refused.value.field == "until"
    with pytest.raises(PatternInvalid, match="within a year"):
        days(date(2027, 2, 8), frequency="WEEKLY", until=date(2028, 2, 10))
