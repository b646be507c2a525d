"""House rules of templates: no inline code, declared parameters, known icons, small components."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "emails" not in path.parts)
COMPONENTS = sorted((TEMPLATES / "cotton").glob("*.html"))
ICONS = set((Path(settings.BASE_DIR) / "static/src/icons.txt").read_text().split())
PARTS_OF_OTHERS = {"field_notes", "pagination_step", "step", "palette", "shortcuts", "person_menu"}


def _name(path: Path) -> str:
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_no_inline_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=", text), "style attribute"
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)", text), "inline style or script"
    assert not re.search(r"\son[a-z]+=", text), "event attribute"
    assert "hx-on" not in text
    assert "http://" not in text.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_no_filter_in_a_dynamic_parameter(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\s:[a-z-]+=\"[^\"{]*\|", text), "the filter would be lost silently"


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_every_icon_is_in_the_sprite(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    used = set(re.findall(r"{% icon \"([a-z0-9-]+)\"", text))
    used |= set(re.findall(r"(?<![:\w-])(?:icon|trailing)=\"([a-z0-9-]+)\"", text))
    assert used <= ICONS, used - ICONS


@pytest.mark.parametrize("path", COMPONENTS, ids=_name)
def test_component_says_what_it_takes(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("{# ")
    assert len(lines) <= 60


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_template_is_not_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 130


def test_every_component_is_in_the_gallery() -> None:
    folder = TEMPLATES / "portals/shared"
    gallery = "".join(
        path.read_text(encoding="utf-8")
        for path in [folder / "gallery.html", *folder.glob("gallery/*.html")]
    )
    missing = {
        path.stem
        for path in COMPONENTS
        if path.stem not in PARTS_OF_OTHERS and f"<c-{path.stem.replace('_', '-')}" not in gallery
    }
    assert not missing


def test_customers_never_read_the_platform_name() -> None:
    shared = [TEMPLATES / "base.html", *COMPONENTS]
    for folder in ("account", "errors", "portals/customer", "portals/shared"):
        shared += (TEMPLATES / folder).rglob("*.html")
    naming = [_name(path) for path in shared if "spotex" in path.read_text().lower()]
    assert not naming
    source = Path(settings.BASE_DIR) / "static/src"
    for path in [*source.glob("css/*.css"), *source.glob("js/*.js")]:
        assert "spotex" not in path.read_text(encoding="utf-8").lower(), path.name
