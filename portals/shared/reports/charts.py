"""Bars of a chart in the coordinates of its picture; the page draws them and writes no number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

HEIGHT: Final = 100
_STEP: Final = 10
_BAR: Final = 7


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar, its numbers written for a picture; ``words`` say what it shows."""

    x: str
    y: str
    width: str
    height: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A picture with bars, the words of its upper end and of some places below it."""

    title: str
    width: str
    bars: list[Bar]
    top: str
    ticks: list[str]


def draw_bars(
    values: Sequence[float],
    *,
    words: Sequence[str],
    title: str,
    ticks: list[str],
    top: float,
    top_words: str,
) -> Chart:
    """Return a bar for each value, as high as its part of ``top``.

    Args:
        values: not negative.
        words: of each.
        title: what the picture shows.
        ticks: below it, from the left end to the right one.
        top: the value of the upper end; nothing is drawn where it is zero.
        top_words: the same in words.
    """
    bars = []
    for number, (value, said) in enumerate(zip(values, words, strict=True)):
        height = min(value / top, 1) * HEIGHT if top > 0 else 0
        bars.append(
            Bar(
                x=f"{number * _STEP + (_STEP - _BAR) / 2:.1f}",
                y=f"{HEIGHT - height:.2f}",
                width=str(_BAR),
                height=f"{height:.2f}",
                words=said,
            )
        )
    return Chart(
        title=title, width=str(max(len(values), 1) * _STEP), bars=bars, top=top_words, ticks=ticks
    )
