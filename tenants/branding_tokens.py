"""The name of an agency's stylesheet: it changes when the brand's colours do."""

from __future__ import annotations

import hashlib

SCHEME = "1"
"""Raised when the rules in ``tenants.branding`` change, so that old copies are not used."""


def brand_digest(*, color: str) -> str:
    """Return the 12 characters that name the stylesheet made from this colour."""
    return hashlib.sha256(f"{SCHEME}{color}".encode()).hexdigest()[:12]
