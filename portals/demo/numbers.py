"""Italian company numbers that pass every check and belong to nobody in particular."""

from __future__ import annotations

import random
from typing import Final

_SDI_CODES: Final = ("M5UXCR1", "KRRH6B9", "SUBM70N", "T04ZHR3", "W7YVJK9", "USAL8PV", "BA6ET11")


def make_vat_number(dice: random.Random, *, province: int) -> str:
    """Return eleven digits: seven at random, the office of a province, the check digit.

    Source: DM 23 December 1976.
    """
    digits = f"{dice.randrange(100_000, 9_999_999):07d}{province:03d}"
    total = 0
    for position, character in enumerate(digits):
        value = int(character) * (1 + position % 2)
        total += value - 9 if value > 9 else value
    return f"{digits}{-total % 10}"


def pick_sdi_code(dice: random.Random) -> str:
    """Return the code of one of the usual intermediaries."""
    return dice.choice(_SDI_CODES)
