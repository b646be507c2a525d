"""From one brand colour to the colours that pages use, readable on every surface.

Pure arithmetic (WCAG 2.2 contrast, success criteria 1.4.3 and 1.4.11). A brand may choose any
colour: text in it reaches 4.5:1 and outlines 3:1 on all surfaces of both themes, and what lies
on it is pure black or white. The surfaces repeat ``static/src/css/tokens.css``; a test compares.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

Rgb = tuple[int, int, int]

COLOR_PATTERN: Final = r"^#[0-9a-fA-F]{6}\Z"
TEXT_RATIO: Final = 4.5
UI_RATIO: Final = 3.0
FILL_RATIO: Final = 1.3
"""Below this a filled button would melt into its card; the fill then takes the outline colour."""

_SOFT_SHARE: Final = 0.1
_HOVER_SHARE: Final = 0.1
_MARGIN: Final = 1.02
"""A little more than the law asks: browsers round, and so do checkers."""

BLACK: Final[Rgb] = (0, 0, 0)
WHITE: Final[Rgb] = (255, 255, 255)


@dataclass(frozen=True, kw_only=True)
class Surfaces:
    """The backgrounds of one theme, and the end of the scale that text moves to on them."""

    canvas: str
    surface: str
    inset: str
    pole: Rgb


LIGHT: Final = Surfaces(canvas="#f6f7f9", surface="#ffffff", inset="#f0f2f5", pole=BLACK)
DARK: Final = Surfaces(canvas="#0b0d11", surface="#13161c", inset="#1b1f27", pole=WHITE)


@dataclass(frozen=True, kw_only=True)
class BrandTokens:
    """A brand's colours in one theme, as ``#rrggbb``."""

    brand: str
    hover: str
    on_brand: str
    text: str
    ui: str
    soft: str


def is_color(text: str) -> bool:
    """Tell whether the text is a colour as brands store it, ``#rrggbb``."""
    return bool(re.match(COLOR_PATTERN, text))


def compute_contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21.

    Source: WCAG 2.2, definition of "contrast ratio".
    """
    return _ratio(_parse(first), _parse(second))


def compute_tokens(color: str, surfaces: Surfaces) -> BrandTokens:
    """Return the colours a brand uses on these surfaces.

    Raises:
        ValueError: the colour is not written ``#rrggbb``.
    """
    brand, surface = _parse(color), _parse(surfaces.surface)
    grounds = [_parse(surfaces.canvas), surface, _parse(surfaces.inset)]
    outline = _move_until(brand, grounds, pole=surfaces.pole, ratio=UI_RATIO)
    fill = brand if _ratio(brand, surface) >= FILL_RATIO else outline
    soft = _mix(surface, fill, _SOFT_SHARE)
    text = _move_until(brand, [*grounds, soft], pole=surfaces.pole, ratio=TEXT_RATIO)
    on_fill = max((BLACK, WHITE), key=lambda ink: _ratio(ink, fill))
    away = WHITE if on_fill == BLACK else BLACK
    hover = _mix(fill, on_fill if fill == away else away, _HOVER_SHARE)
    return BrandTokens(
        brand=_write(fill),
        hover=_write(hover),
        on_brand=_write(on_fill),
        text=_write(text),
        ui=_write(outline),
        soft=_write(soft),
    )


def write_stylesheet(color: str, *, selector: str = ":root") -> str:
    """Return the stylesheet that gives every page of an agency, or a part of one, its brand.

    Raises:
        ValueError: the colour is not written ``#rrggbb``.
    """
    light, dark = compute_tokens(color, LIGHT), compute_tokens(color, DARK)
    lines = [
        f"  {name}: light-dark({getattr(light, key)}, {getattr(dark, key)});"
        for name, key in (
            ("--brand", "brand"),
            ("--brand-hover", "hover"),
            ("--on-brand", "on_brand"),
            ("--brand-text", "text"),
            ("--brand-ui", "ui"),
            ("--brand-soft", "soft"),
        )
    ]
    return "\n".join([f"{selector} {{", *lines, "}", ""])


def _move_until(color: Rgb, grounds: list[Rgb], *, pole: Rgb, ratio: float) -> Rgb:
    """Move a colour towards black or white in 1 % steps, as little as the ratio asks."""
    steps = (_mix(color, pole, percent / 100) for percent in range(100))
    readable = (
        moved
        for moved in steps
        if all(_ratio(moved, ground) >= ratio * _MARGIN for ground in grounds)
    )
    return next(readable, pole)


def _parse(color: str) -> Rgb:
    if not is_color(color):
        message = f"not a colour: {color!r}"
        raise ValueError(message)
    red, green, blue = bytes.fromhex(color[1:])
    return red, green, blue


def _write(color: Rgb) -> str:
    return f"#{bytes(color).hex()}"


def _mix(color: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (
        round(own + (foreign - own) * share) for own, foreign in zip(color, other, strict=True)
    )
    return red, green, blue


def _ratio(first: Rgb, second: Rgb) -> float:
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: Rgb) -> float:
    red, green, blue = (_linear(channel / 255) for channel in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
