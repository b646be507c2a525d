"""Origins of websites; pure.

Source: RFC 6454 (what an origin is), CSP Level 3 (which origins ``frame-ancestors`` takes).
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(
    r"(?=.{1,180}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?",
    re.ASCII,
)
_USUAL: Final = {"https": 443, "http": 80}


def read_origin(text: str) -> str | None:
    """Return the origin of an address as browsers write it, None for what has none.

    Without a scheme https is meant. A path is left out: browsers do not look at it.
    """
    text = text.strip()
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        host = (parts.hostname or "").rstrip(".").encode("idna").decode().lower()
        port = parts.port
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in _USUAL or parts.username is not None or not _HOST.fullmatch(host):
        return None
    return f"{parts.scheme}://{host}{'' if port in {None, _USUAL[parts.scheme]} else f':{port}'}"
