"""Any colour is a usable brand: readable text and visible outlines on every surface."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tenants.branding import (
    DARK,
    LIGHT,
    Surfaces,
    compute_contrast,
    compute_tokens,
    is_color,
    write_stylesheet,
)

colors = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def _assert_readable(color: str, surfaces: Surfaces) -> None:
    tokens = compute_tokens(color, surfaces)
    for ground in (surfaces.canvas, surfaces.surface, surfaces.inset, tokens.soft):
        assert compute_contrast(tokens.text, ground) >= 4.5
    for ground in (surfaces.canvas, surfaces.surface, surfaces.inset):
        assert compute_contrast(tokens.ui, ground) >= 3
    for fill in (tokens.brand, tokens.hover):
        assert compute_contrast(tokens.on_brand, fill) >= 4.5
    assert compute_contrast(tokens.brand, surfaces.surface) >= 1.3


@given(color=colors)
@example(color="#000000")
@example(color="#ffffff")
@example(color="#facc15")
@example(color="#777777")
@hypothesis_settings(max_examples=1_500)
@pytest.mark.parametrize("surfaces", [LIGHT, DARK], ids=["light", "dark"])
def test_every_colour_is_readable(surfaces: Surfaces, color: str) -> None:
    _assert_readable(color, surfaces)


@pytest.mark.parametrize("color", ["#e11d48", "#1d4ed8", "#0f766e"])
def test_a_good_colour_stays_as_it_is(color: str) -> None:
    assert compute_tokens(color, LIGHT).brand == color


def test_hover_always_differs() -> None:
    for color in ("#000000", "#ffffff", "#e11d48"):
        tokens = compute_tokens(color, LIGHT)
        assert tokens.hover != tokens.brand


@pytest.mark.parametrize(
    "text",
    ["", "red", "#fff", "#12345g", "#1234567", "#123456\n", "e11d48", "#e11d48;}body{"],
)
def test_what_is_not_a_colour_is_refused(text: str) -> None:
    assert not is_color(text)
    with pytest.raises(ValueError, match="not a colour"):
        write_stylesheet(text)


def test_contrast_of_black_and_white_is_21() -> None:
    assert compute_contrast("#000000", "#ffffff") == pytest.approx(21)
    assert compute_contrast("#ffffff", "#000000") == pytest.approx(21)


def test_the_stylesheet_sets_every_brand_token_for_both_themes() -> None:
    css = write_stylesheet("#E11D48")
    assert set(re.findall(r"(--[a-z-]+):", css)) == {
        "--brand",
        "--brand-hover",
        "--on-brand",
        "--brand-text",
        "--brand-ui",
        "--brand-soft",
    }
    assert css.count("light-dark(") == 6


def test_the_surfaces_are_those_of_the_stylesheet() -> None:
    tokens = Path(settings.BASE_DIR, "static/src/css/tokens.css").read_text(encoding="utf-8")
    for name in ("canvas", "surface", "inset"):
        assert f"--{name}: light-dark({getattr(LIGHT, name)}, {getattr(DARK, name)});" in tokens
