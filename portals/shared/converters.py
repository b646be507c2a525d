"""Parts of addresses that are typed ids, for the portals and the API.

Anything else in their place, a NUL for one, answers 404 without a query. A name stands for the
prefix: ``<site:public_id>`` matches ``site_`` and 26 characters.
"""

from __future__ import annotations

from typing import Final

from django.urls import register_converter

from booking.slots import SLOT_PATTERN
from spotex.kernel.ids import ID_PATTERN

PREFIXES: Final = (
    *("cus", "con", "site", "op", "ses", "mem", "inv", "user", "key", "mail", "dom", "act", "imp"),
    *("agency", "view", "exp", "cim", "inc", "loc", "spc", "opx", "res", "pay", "ref", "hold"),
    *("blk", "feed", "ocal", "oev", "vou", "wst", "pho", "wish", "eqp", "pkg", "crd", "cre"),
)


class _PublicIdConverter:
    """Matches a typed id."""

    regex = ""

    def to_python(self, value: str) -> str:
        """Return the id."""
        return value

    def to_url(self, value: str) -> str:
        """Return the id."""
        return value


for prefix in PREFIXES:
    register_converter(
        type(f"{prefix}_id", (_PublicIdConverter,), {"regex": f"{prefix}_{ID_PATTERN}"}),
        prefix,
    )
register_converter(type("slot_id", (_PublicIdConverter,), {"regex": SLOT_PATTERN}), "slot")
