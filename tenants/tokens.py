"""Random tokens for links: mailed once, kept only as a digest."""

from __future__ import annotations

import hashlib
import secrets
from typing import Final

INVITATION_DAYS: Final = 7
"""How long the link of an invitation works; its mail says so."""


def new_token() -> str:
    """Return 43 unguessable characters that fit into a URL."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
