"""Charts as plain shapes: computed here, drawn by a template, the same without scripts.

Shapes stretch with the page; words stand beside them as text, and a table says the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from django.utils.functional import Promise

from portals.templatetags.ui import money, number

Text = str | Promise

WIDTH: Final = 1_000.0
HEIGHT: Final = 200.0
_GAP: Final = 0.28
_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


class Series(NamedTuple):
    """One colour of a chart: its name, its look (1 to 5) and a figure for each place."""

    name: Text
    look: int
    values: Sequence[int]


class Shape(NamedTuple):
    """One rectangle."""

    look: int
    x: float
    y: float
    width: float
    height: float
    title: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Bars, one place for each label, the series on top of each other."""

    title: Text
    labels: Sequence[str]
    series: Sequence[Series]
    write: Callable[[float], str] = field(default=number)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return not any(any(series.values) for series in self.series)

    @property
    def top(self) -> int:
        """The figure at the upper edge: round, and not below the highest bar."""
        return round_up(max(self._totals, default=0))

    @property
    def top_label(self) -> str:
        """The figure at the upper edge, written."""
        return self.write(self.top)

    @property
    def edge_labels(self) -> list[str]:
        """The first, the middle and the last place."""
        return [self.labels[0], self.labels[len(self.labels) // 2], self.labels[-1]]

    @property
    def shapes(self) -> Iterator[Shape]:
        """The rectangles, from the left and from below."""
        step = WIDTH / max(len(self.labels), 1)
        for place, label in enumerate(self.labels):
            floor = HEIGHT
            for series in self.series:
                value = series.values[place]
                height = HEIGHT * value / self.top
                floor -= height
                if value:
                    yield Shape(
                        look=series.look,
                        x=round(step * (place + _GAP / 2), 2),
                        y=round(floor, 2),
                        width=round(step * (1 - _GAP), 2),
                        height=round(height, 2),
                        title=f"{label} · {series.name}: {self.write(value)}",
                    )

    @property
    def table(self) -> list[tuple[str, list[str]]]:
        """The figures again, a line for each place."""
        return [
            (label, [self.write(series.values[place]) for series in self.series])
            for place, label in enumerate(self.labels)
        ]

    @property
    def _totals(self) -> list[int]:
        return [sum(values) for values in zip(*(s.values for s in self.series), strict=True)]


def round_up(value: float) -> int:
    """Return the next figure that looks round: 1, 2, 2.5 or 5 times a power of ten."""
    if value <= 1:
        return 1
    power = 1.0
    while power * 10 < value:
        power *= 10
    return int(
        next(power * step for step in _STEPS if power * step >= value and power * step % 1 == 0)
    )


def write_euros(amount_minor: float) -> str:
    """Write cents as whole euros, for charts."""
    return money(round(amount_minor), "EUR", whole=True)


@dataclass(frozen=True, kw_only=True)
class Trend:
    """A figure compared with the one before; ``is_good`` is None where neither is better."""

    now: float
    before: float
    more_is_good: bool | None = True

    @property
    def percent(self) -> int | None:
        """The change in per cent, None when there was nothing before."""
        return round(100 * (self.now - self.before) / self.before) if self.before else None

    @property
    def direction(self) -> str:
        """``up``, ``down`` or ``flat``."""
        if self.now == self.before:
            return "flat"
        return "up" if self.now > self.before else "down"

    @property
    def tone(self) -> str:
        """``good``, ``bad`` or ``plain``."""
        if self.more_is_good is None or self.now == self.before:
            return "plain"
        return "good" if (self.now > self.before) == self.more_is_good else "bad"
