"""Typed public ids: a prefix and 26 characters, ordered by time (``site_01jd…``).

The layout is that of a ULID: 48 bits of milliseconds and 80 random bits in Crockford's base 32,
lower case. Database keys never leave the process.

Source: https://github.com/ulid/spec (layout only).
"""

from __future__ import annotations

import re
import secrets
import time
from typing import Final

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
ID_PATTERN: Final = "[0-9a-hjkmnp-tv-z]{26}"
"""What follows the prefix, as a regular expression."""

_RANDOM_BITS: Final = 80
_LENGTH: Final = 26
MAX_LENGTH: Final = 40
"""Characters to reserve in a column: the longest prefix, an underscore and the id."""

_SHAPE: Final = re.compile(rf"^[a-z]{{2,12}}_[{_ALPHABET}]{{{_LENGTH}}}$")


def new_public_id(prefix: str) -> str:
    """Return a new id such as ``site_01jd3v…`` that sorts by its time of creation."""
    number = (time.time_ns() // 1_000_000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    digits = []
    for _ in range(_LENGTH):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return f"{prefix}_{''.join(reversed(digits))}"


def is_public_id(text: str, *, prefix: str) -> bool:
    """Tell whether the text has the shape of an id with this prefix."""
    return bool(_SHAPE.match(text)) and text.startswith(f"{prefix}_")
