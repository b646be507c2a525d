"""What a space costs by the hour, the half day, the day, the week and the month; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

DAY_MINUTES: Final = 24 * 60
MOST_PEAKS: Final = 12
MOST_PERCENT: Final = 300
MOST_MINOR: Final = 1_000_000_00
"""A million: nothing that one books costs more."""


@dataclass(frozen=True, kw_only=True)
class Peak:
    """Hours with a price of their own: a share of the usual one more or less, or an amount.

    Args:
        weekdays: on which days; 0 is Monday.
        starts: minutes since midnight by the clock of the place.
        ends: the same, at most 1,440.
        percent: what is added to the price of an hour, or taken off where it is negative.
        hourly_minor: the price of an hour instead.
    """

    weekdays: tuple[int, ...]
    starts: int
    ends: int
    percent: int | None = None
    hourly_minor: int | None = None

    def price(self, hourly_minor: int) -> int:
        """Return the price of an hour then, in whole minor units."""
        if self.hourly_minor is not None:
            return self.hourly_minor
        return divide(hourly_minor * (100 + (self.percent or 0)), 100)

    def meets(self, other: Peak) -> bool:
        """Tell whether two have a time in common."""
        on_same_day = bool(set(self.weekdays) & set(other.weekdays))
        return on_same_day and self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True, kw_only=True)
class Rates:
    """All prices of a space, VAT included; 0 is not sold that way.

    Args:
        zone: the clock of the place.
        currency: of all amounts.
        hourly_minor: an hour.
        half_day_minor: up to ``half_day_hours`` on one day.
        half_day_hours: how long half a day is.
        daily_minor: one day of the calendar, however many hours of it.
        weekly_minor: seven days in a row.
        monthly_minor: from one day of a month up to and without the same of the next.
        peaks: hours with another price, no two at the same time.
        member_percent: what members pay less.
        vat_percent: contained in all prices.
    """

    zone: ZoneInfo
    currency: str = "EUR"
    hourly_minor: int = 0
    half_day_minor: int = 0
    half_day_hours: int = 4
    daily_minor: int = 0
    weekly_minor: int = 0
    monthly_minor: int = 0
    peaks: Sequence[Peak] = field(default_factory=tuple)
    member_percent: int = 0
    vat_percent: int = 0

    @property
    def is_free(self) -> bool:
        """Tell whether there is no price at all."""
        return not any(
            (
                *(self.hourly_minor, self.half_day_minor, self.daily_minor),
                *(self.weekly_minor, self.monthly_minor),
            )
        )


def read_peaks(stored: Sequence[Mapping[str, Any]]) -> tuple[Peak, ...]:
    """Return the peaks that a space stores."""
    return tuple(Peak(**{**one, "weekdays": tuple(one["weekdays"])}) for one in stored)


def write_peaks(peaks: Sequence[Peak]) -> list[dict[str, Any]]:
    """Return peaks as a space stores them, in the order of the week."""
    ordered = sorted(peaks, key=lambda one: (one.weekdays, one.starts))
    return [{**asdict(one), "weekdays": list(one.weekdays)} for one in ordered]


def is_possible(peak: Peak) -> bool:
    """Tell whether a peak lies on days of the week, within a day, and has one price."""
    has_days = bool(peak.weekdays) and set(peak.weekdays) <= set(range(7))
    has_hours = 0 <= peak.starts < peak.ends <= DAY_MINUTES
    if (peak.percent is None) == (peak.hourly_minor is None):
        return False
    has_share = peak.percent is None or -100 <= peak.percent <= MOST_PERCENT
    has_price = peak.hourly_minor is None or 0 <= peak.hourly_minor <= MOST_MINOR
    return has_days and has_hours and has_share and has_price


def do_meet(peaks: Sequence[Peak]) -> bool:
    """Tell whether any two peaks have a time in common."""
    return any(one.meets(other) for n, one in enumerate(peaks) for other in peaks[n + 1 :])


def divide(amount: int, by: int) -> int:
    """Divide two numbers that are not negative, halves rounded up."""
    return (2 * amount + by) // (2 * by)
