"""Months of the calendar, as real time by the clock of a place."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from booking.periods import Period


@dataclass(frozen=True, kw_only=True, order=True)
class Month:
    """One month of one year."""

    year: int
    number: int

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return date(self.year, self.number, monthrange(self.year, self.number)[1])

    @property
    def days(self) -> list[date]:
        """Its days, in order."""
        return [self.first_day + timedelta(days=n) for n in range(self.last_day.day)]

    @property
    def before(self) -> Month:
        """The month before."""
        return month_of(self.first_day - timedelta(days=1))

    @property
    def after(self) -> Month:
        """The month after."""
        return month_of(self.last_day + timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    def in_zone(self, zone: ZoneInfo) -> Period:
        """Return when it is by a clock; in March an hour less, in October one more."""
        return Period(
            start=day_in_zone(self.first_day, zone).start, end=_begin(self.after.first_day, zone)
        )


def month_of(day: date) -> Month:
    """Return the month of a day."""
    return Month(year=day.year, number=day.month)


def read_month(text: str) -> Month | None:
    """Return the month that ``2026-11`` names, None for anything else."""
    try:
        day = datetime.strptime(text, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        return None
    month = month_of(day)
    return month if str(month) == text else None


def day_in_zone(day: date, zone: ZoneInfo) -> Period:
    """Return when a day is by a clock: 23, 24 or 25 hours."""
    return Period(start=_begin(day, zone), end=_begin(day + timedelta(days=1), zone))


def _begin(day: date, zone: ZoneInfo) -> datetime:
    """Return when a day begins; where midnight is missing, with the first moment after it."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
