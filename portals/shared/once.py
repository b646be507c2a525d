"""A secret on its way from the form that made it to the page that shows it, once.

The form answers with a redirect, so that loading the page again repeats nothing. Between the two
the secret lies in the person's own session, encrypted, for minutes at most.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from cryptography.fernet import InvalidToken

from portals.shared.requests import PortalRequest
from portals.shared.sealing import sealer_for

_PURPOSE: Final = b"spotex.shown-once"
_SESSION_KEY: Final = "_once"
SECONDS: Final = 300


def keep_once(request: PortalRequest, text: str, *, name: str, at: datetime) -> None:
    """Keep a secret for the page that shows it next, in place of any before."""
    sealed = sealer_for(_PURPOSE).encrypt_at_time(text.encode(), int(at.timestamp()))
    request.session[_SESSION_KEY] = {"name": name, "text": sealed.decode()}


def take_once(request: PortalRequest, *, name: str, at: datetime) -> str | None:
    """Return what was kept under a name and forget it; None if there is nothing, or too late."""
    kept = request.session.get(_SESSION_KEY)
    if not kept or kept["name"] != name:
        return None
    del request.session[_SESSION_KEY]
    try:
        text = sealer_for(_PURPOSE).decrypt_at_time(
            kept["text"].encode(), SECONDS, int(at.timestamp())
        )
    except InvalidToken:
        return None
    return text.decode()
