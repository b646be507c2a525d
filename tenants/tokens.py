"""Random secrets: links that are mailed once, API keys that are shown once.

Only a digest is kept. A plain SHA-256 is right here, unlike for passwords: the secrets have 256
random bits, so that there is nothing to guess and a slow hash would only slow down us; and the
digest can be looked up by an index, which tells nobody how much of a guess was right.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final

INVITATION_DAYS: Final = 7
"""How long the link of an invitation works; its mail says so."""

DIGEST_LENGTH: Final = 64
KEY_PREFIX_LENGTH: Final = 12
_KEY_SHAPE: Final = re.compile(r"^key_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$", re.ASCII)


def new_token() -> str:
    """Return 43 unguessable characters that fit into a URL."""
    return secrets.token_urlsafe(32)


def new_api_key() -> str:
    """Return a new API key; its first twelve characters may be shown, the rest is secret."""
    return f"key_{secrets.token_hex(4)}_{new_token()}"


def is_api_key(text: str) -> bool:
    """Tell whether a text has the shape of an API key."""
    return bool(_KEY_SHAPE.match(text))


def digest_of(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
