"""The stretch of time that a dashboard looks at, cut into the bars of its charts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from babel.dates import format_date, format_skeleton
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

CHOICES: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {"7": _("7 days"), "30": _("30 days"), "90": _("13 weeks"), "365": _("12 months")},
)
DEFAULT: Final = "30"

_WEEKS, _MONTHS = 13, 12


@dataclass(frozen=True, kw_only=True)
class Period:
    """Consecutive stretches that end today, and as many days before them to compare with."""

    name: str
    starts: tuple[date, ...]
    """The first day of each stretch; the last stretch ends with ``last``."""

    last: date

    @property
    def label(self) -> str:
        """Its length in words."""
        return str(CHOICES[self.name])

    @property
    def start(self) -> date:
        """The first day."""
        return self.starts[0]

    @property
    def before(self) -> date:
        """The first day of the stretch of the same length before it."""
        return self.start - (self.last - self.start) - timedelta(days=1)

    @property
    def ends(self) -> tuple[date, ...]:
        """The day after each stretch."""
        return (*self.starts[1:], self.last + timedelta(days=1))

    @property
    def labels(self) -> list[str]:
        """What stands below each bar."""
        locale = "it" if get_language() == "it" else "en"
        if self.name == "365":
            return [format_skeleton("yMMM", day, locale=locale) for day in self.starts]
        return [format_date(day, "d MMM", locale=locale) for day in self.starts]

    def spread(self, counts: Iterable[tuple[date, int]]) -> list[int]:
        """Add figures of days up to one for each stretch; days outside are left out."""
        sums = [0] * len(self.starts)
        for day, count in counts:
            if self.start <= day <= self.last:
                sums[bisect_right(self.starts, day) - 1] += count
        return sums


def choose_period(name: str | None, *, at: datetime) -> Period:
    """Return the period of this name that ends now; the usual one for a name that is none."""
    chosen = name if name is not None and name in CHOICES else DEFAULT
    today = timezone.localtime(at).date()
    return Period(name=chosen, starts=tuple(_list_starts(chosen, today=today)), last=today)


def _list_starts(name: str, *, today: date) -> list[date]:
    if name == "365":
        months = today.year * 12 + today.month - _MONTHS
        return [date(n // 12, n % 12 + 1, 1) for n in range(months, months + _MONTHS)]
    if name == "90":
        return [today - timedelta(days=7 * n - 1) for n in range(_WEEKS, 0, -1)]
    return [today - timedelta(days=n) for n in range(int(name) - 1, -1, -1)]


def midnight(day: date) -> datetime:
    """Return the moment at which a day begins where staff works."""
    return timezone.make_aware(datetime.combine(day, time.min))
