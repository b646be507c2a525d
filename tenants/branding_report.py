"""How well a brand can be read: each pair of colours that pages put together, measured."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tenants.branding import TEXT_RATIO, UI_RATIO, Surfaces, compute_contrast, compute_tokens


class Pairing(StrEnum):
    """Where two colours meet."""

    BUTTON = "BUTTON"
    BUTTON_HOVER = "BUTTON_HOVER"
    LINK = "LINK"
    LINK_ON_TINT = "LINK_ON_TINT"
    OUTLINE = "OUTLINE"


@dataclass(frozen=True, kw_only=True)
class Measured:
    """One pair: the contrast on the worst of its grounds, and what the law asks."""

    pairing: Pairing
    ink: str
    ratio: float
    wanted: float
    adjusted: bool
    """The chosen colour alone would not do here, so a nearby one is used."""


def measure_brand(color: str, surfaces: Surfaces) -> list[Measured]:
    """Return what pages of this brand show in one theme.

    Raises:
        ValueError: the colour is not written ``#rrggbb``.
    """
    chosen = color.lower()
    tokens = compute_tokens(chosen, surfaces)
    grounds = (surfaces.canvas, surfaces.surface, surfaces.inset)
    pairs = (
        (Pairing.BUTTON, tokens.on_brand, (tokens.brand,), TEXT_RATIO, tokens.brand),
        (Pairing.BUTTON_HOVER, tokens.on_brand, (tokens.hover,), TEXT_RATIO, tokens.brand),
        (Pairing.LINK, tokens.text, grounds, TEXT_RATIO, tokens.text),
        (Pairing.LINK_ON_TINT, tokens.text, (tokens.soft,), TEXT_RATIO, tokens.text),
        (Pairing.OUTLINE, tokens.ui, grounds, UI_RATIO, tokens.ui),
    )
    return [
        Measured(
            pairing=pairing,
            ink=ink,
            ratio=min(compute_contrast(ink, ground) for ground in behind),
            wanted=wanted,
            adjusted=used != chosen,
        )
        for pairing, ink, behind, wanted, used in pairs
    ]
