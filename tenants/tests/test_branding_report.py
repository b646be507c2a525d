from __future__ import annotations

import pytest

from tenants.branding import DARK, LIGHT, Surfaces
from tenants.branding_report import Pairing, measure_brand

COLORS = ["#ff0000", "#ffff00", "#000000", "#ffffff", "#39ff14", "#0f4c81", "#777777"]


@pytest.mark.parametrize("surfaces", [LIGHT, DARK])
@pytest.mark.parametrize("color", COLORS)
def test_every_pair_reaches_what_it_must(color: str, surfaces: Surfaces) -> None:
    measured = measure_brand(color, surfaces)

    assert [one.pairing for one in measured] == list(Pairing)
    assert [one.pairing for one in measured if one.ratio < one.wanted] == []


def test_it_tells_where_the_chosen_colour_was_not_enough() -> None:
    yellow = {one.pairing: one.adjusted for one in measure_brand("#FFFF00", LIGHT)}
    navy = {one.pairing: one.adjusted for one in measure_brand("#0F4C81", LIGHT)}

    assert yellow[Pairing.LINK]
    assert yellow[Pairing.OUTLINE]
    assert not any(navy.values())


def test_what_is_not_a_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="not a colour"):
        measure_brand("red", LIGHT)
