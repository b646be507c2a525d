"""Rules by the wall clock become periods in real time."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from booking.opening import DaysOff, Hours, list_open_periods
from booking.periods import Period, merge

ROME = ZoneInfo("Europe/Rome")
MONDAY = date(2026, 6, 1)


def _utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def _open(day: date, opens: int, closes: int, **more) -> list[Period]:
    hours = [Hours(weekday=day.weekday(), opens=opens, closes=closes)]
    return list_open_periods(day, day, zone=ROME, hours=hours, **more)


def test_a_week_follows_its_hours() -> None:
    hours = [
        Hours(weekday=0, opens=8 * 60, closes=12 * 60),
        Hours(weekday=0, opens=14 * 60, closes=18 * 60),
    ]

    found = list_open_periods(MONDAY, date(2026, 6, 7), zone=ROME, hours=hours)

    assert found == [
        Period(start=_utc(2026, 6, 1, 6), end=_utc(2026, 6, 1, 10)),
        Period(start=_utc(2026, 6, 1, 12), end=_utc(2026, 6, 1, 16)),
    ]


def test_hours_beyond_midnight_join_the_next_day() -> None:
    hours = [Hours(weekday=day, opens=0, closes=1440) for day in range(7)]

    found = list_open_periods(MONDAY, date(2026, 6, 2), zone=ROME, hours=hours)

    assert found == [Period(start=_utc(2026, 5, 31, 22), end=_utc(2026, 6, 2, 22))]


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 6, 1), 24)],
)
def test_a_day_has_as_many_hours_as_it_has(day, hours) -> None:
    (whole,) = _open(day, 0, 1440)

    assert whole.length.total_seconds() == hours * 3600


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_twelve_hours_of_a_day_stay_twelve_hours(day) -> None:
    (open_,) = _open(day, 8 * 60, 20 * 60)

    assert open_.length.total_seconds() == 12 * 3600


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        (2 * 60 + 30, 8 * 60, [Period(start=_utc(2026, 3, 29, 1), end=_utc(2026, 3, 29, 6))]),
        (0, 2 * 60 + 30, [Period(start=_utc(2026, 3, 28, 23), end=_utc(2026, 3, 29, 1))]),
        (2 * 60 + 10, 2 * 60 + 50, []),
    ],
)
def test_a_time_in_the_missing_hour_is_the_moment_after_it(opens, closes, expected) -> None:
    assert _open(date(2026, 3, 29), opens, closes) == expected


def test_a_time_that_comes_twice_opens_early_and_closes_late() -> None:
    (open_,) = _open(date(2026, 10, 25), 2 * 60 + 30, 2 * 60 + 45)

    assert open_ == Period(start=_utc(2026, 10, 25, 0, 30), end=_utc(2026, 10, 25, 1, 45))


def test_exceptions_count_more_than_holidays_and_both_more_than_the_week() -> None:
    holiday = {"holidays": [MONDAY]}
    closed = DaysOff(first_day=MONDAY, last_day=MONDAY)
    special = DaysOff(first_day=MONDAY, last_day=MONDAY, opens=600, closes=660)

    assert _open(MONDAY, 480, 720, **holiday) == []
    assert _open(MONDAY, 480, 720, days_off=[closed]) == []
    assert _open(MONDAY, 480, 720, days_off=[special], **holiday) == [
        Period(start=_utc(2026, 6, 1, 8), end=_utc(2026, 6, 1, 9)),
    ]


@pytest.mark.parametrize(
    ("day", "is_covered"),
    [(date(2027, 12, 31), True), (date(2031, 1, 2), True), (date(2030, 6, 1), False)],
)
def test_days_of_every_year_go_over_its_turn(day, is_covered) -> None:
    days = DaysOff(first_day=date(2026, 12, 24), last_day=date(2027, 1, 6), is_yearly=True)

    assert days.covers(day) is is_covered


def test_periods_that_touch_are_joined() -> None:
    first = Period(start=_utc(2026, 1, 1), end=_utc(2026, 1, 2))
    second = Period(start=_utc(2026, 1, 2), end=_utc(2026, 1, 3))
    third = Period(start=_utc(2026, 1, 5), end=_utc(2026, 1, 6))

    assert list(merge([third, second, first])) == [
        Period(start=first.start, end=second.end),
        third,
    ]
    assert third.contains(third)
    with pytest.raises(ValueError, match="not after"):
        Period(start=first.end, end=first.start)
