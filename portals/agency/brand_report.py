"""The measured brand in words, and what its preview shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tenants.branding import DARK, LIGHT, Surfaces
from tenants.branding_report import Measured, Pairing, measure_brand

_PLACES: Final[dict[Pairing, Promise]] = {
    Pairing.BUTTON: gettext_lazy("Text on buttons"),
    Pairing.BUTTON_HOVER: gettext_lazy("Text on buttons under the pointer"),
    Pairing.LINK: gettext_lazy("Links on every background"),
    Pairing.LINK_ON_TINT: gettext_lazy("Links on tinted areas"),
    Pairing.OUTLINE: gettext_lazy("Focus ring and outlines"),
}


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """One pair of colours."""

    place: str
    ratio: float
    wanted: float
    why: str


@dataclass(frozen=True, kw_only=True)
class ThemeReport:
    """All pairs of one theme."""

    theme: str
    title: str
    lines: list[ReportLine]


@dataclass(frozen=True, kw_only=True)
class BrandPreview:
    """What the preview shows of a brand that is not saved yet."""

    name: str
    footer: str
    color: str
    reports: list[ThemeReport]

    @property
    def stylesheet(self) -> str:
        """The address of the colours, the same that pages would get."""
        return f"{reverse('agency:brand-preview-css')}?{urlencode({'color': self.color})}"


def preview_brand(*, name: str, footer: str, color: str) -> BrandPreview:
    """Return preview and report of a brand.

    Raises:
        ValueError: the colour is not written ``#rrggbb``.
    """
    reports = [
        _report("light", _("Light"), color, LIGHT),
        _report("dark", _("Dark"), color, DARK),
    ]
    return BrandPreview(name=name, footer=footer, color=color, reports=reports)


def _report(theme: str, title: str, color: str, surfaces: Surfaces) -> ThemeReport:
    lines = [
        ReportLine(
            place=str(_PLACES[one.pairing]),
            ratio=one.ratio,
            wanted=one.wanted,
            why=_explain(one, theme=theme),
        )
        for one in measure_brand(color, surfaces)
    ]
    return ThemeReport(theme=theme, title=title, lines=lines)


def _explain(measured: Measured, *, theme: str) -> str:
    if measured.pairing in {Pairing.BUTTON, Pairing.BUTTON_HOVER}:
        return _explain_button(measured)
    if not measured.adjusted:
        return _("Your colour as it is.")
    if theme == "light":
        return _("A darker shade: your colour is too pale to be read on white.")
    return _("A lighter shade: your colour is too dark to be read on black.")


def _explain_button(measured: Measured) -> str:
    if measured.adjusted:
        return _("Your colour would melt into the card, so the button stands out more.")
    if measured.ink == "#ffffff":
        return _("Your colour, with white text: it reads better than black.")
    return _("Your colour, with black text: it reads better than white.")
