"""Months and days by clocks that change."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from booking.months import Month, day_in_zone, month_of, read_month

ROME = ZoneInfo("Europe/Rome")


def test_a_month_knows_its_days_and_its_neighbours() -> None:
    month = Month(year=2024, number=2)

    assert (month.first_day, month.last_day) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (len(month.days), month.days[-1]) == (29, month.last_day)
    assert (str(month.before), str(month.after)) == ("2024-01", "2024-03")
    assert str(month_of(date(2026, 1, 31)).before) == "2025-12"


@pytest.mark.parametrize(("number", "hours"), [(3, 743), (4, 720), (10, 745)])
def test_a_month_with_a_change_of_clocks_is_an_hour_shorter_or_longer(number, hours) -> None:
    month = Month(year=2026, number=number)

    assert month.in_zone(ROME).length == timedelta(hours=hours)


def test_a_day_has_23_24_or_25_hours() -> None:
    days = (date(2026, 3, 29), date(2026, 6, 1), date(2026, 10, 25))

    assert [day_in_zone(day, ROME).length for day in days] == [
        timedelta(hours=hours) for hours in (23, 24, 25)
    ]


def test_a_day_without_midnight_begins_after_the_gap() -> None:
    zone = ZoneInfo("America/Havana")  # 2026-03-08: after 23:59 comes 1:00

    day = day_in_zone(date(2026, 3, 8), zone)

    assert (day.start.astimezone(zone).hour, day.length) == (1, timedelta(hours=23))
    assert day_in_zone(date(2026, 3, 7), zone).end == day.start


def test_days_of_a_month_lie_side_by_side() -> None:
    month = Month(year=2026, number=10)
    days = [day_in_zone(day, ROME) for day in month.days]

    assert all(one.end == two.start for one, two in itertools.pairwise(days))
    assert (days[0].start, days[-1].end) == (month.in_zone(ROME).start, month.in_zone(ROME).end)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "2026-1", "26-01", "2026-01-01", "a", "-026-01"]
)
def test_nonsense_is_no_month(text) -> None:
    assert read_month(text) is None


def test_a_month_is_read_as_it_is_written() -> None:
    assert read_month("2026-03") == Month(year=2026, number=3)
    assert str(read_month("2026-03")) == "2026-03"
