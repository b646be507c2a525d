"""Stretches of time, without their end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

REACHABLE_YEARS: Final = range(2000, 2200)
"""Beyond them calendars end: the arithmetic of days and zones, and the rules of holidays."""


@dataclass(frozen=True, kw_only=True, order=True)
class Period:
    """From ``start`` up to and without ``end``, both with a time zone.

    Raises:
        ValueError: it is empty.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"{self.end} is not after {self.start}")

    @property
    def length(self) -> timedelta:
        """How long it is: by the clock of the world, not by the one on the wall."""
        return self.end - self.start

    def contains(self, other: Period) -> bool:
        """Tell whether another one lies in it."""
        return self.start <= other.start and other.end <= self.end

    def overlap(self, other: Period) -> Period | None:
        """Return what two have in common, if anything."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Period(start=start, end=end) if start < end else None


def merge(periods: Iterable[Period]) -> Iterator[Period]:
    """Yield what some periods cover together, in order, those that touch joined."""
    waiting: Period | None = None
    for period in sorted(periods):
        if waiting is None:
            waiting = period
        elif period.start <= waiting.end:
            waiting = Period(start=waiting.start, end=max(waiting.end, period.end))
        else:
            yield waiting
            waiting = period
    if waiting is not None:
        yield waiting


def subtract(period: Period, covered: Iterable[Period]) -> list[Period]:
    """Return what is left of a period where others do not cover it, in order."""
    left, start = [], period.start
    for one in merge(covered):
        if one.start > start and start < period.end:
            left.append(Period(start=start, end=min(one.start, period.end)))
        start = max(start, one.end)
    if start < period.end:
        left.append(Period(start=start, end=period.end))
    return left
