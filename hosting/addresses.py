"""Host names of sites: the preview host made from names, and an own domain that is acceptable.

Pure: what is taken is asked elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LABEL_MAX_LENGTH: Final = 63
"""Source: RFC 1035 §2.3.4."""

OWN_HOST_MAX_LENGTH: Final = 90
"""Longer names do not fit into the path of a socket."""

_JOINT: Final = "--"
_FALLBACK: Final = "site"
_HOST: Final = re.compile(
    r"^(?=.{4,253}\Z)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)+(?!\d+\Z)(?!-)[a-z0-9-]{2,63}(?<!-)\Z",
)


def make_name_slug(name: str) -> str:
    """Return a name as a host label part: letters without accents, digits, single hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or _FALLBACK


def make_label(name: str, *, agency_slug: str, attempt: int = 1) -> str:
    """Return ``name--agency``, shortened to what DNS allows; later attempts carry a number."""
    suffix = f"-{attempt}" if attempt > 1 else ""
    room = LABEL_MAX_LENGTH - len(_JOINT) - len(agency_slug) - len(suffix)
    slug = make_name_slug(name)[:room].strip("-") or _FALLBACK
    return f"{slug}{suffix}{_JOINT}{agency_slug}"


def normalize_host(text: str) -> str:
    """Return an own domain in its stored form: lower case, ASCII, no scheme, path or dot at the end.

    Raises:
        ValueError: it cannot be a host name.
    """
    host = re.sub(r"^https?://", "", text.strip().lower()).rstrip("/").rstrip(".")
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError as error:
            message = "not a host name"
            raise ValueError(message) from error
    if not _HOST.match(host):
        message = "not a host name"
        raise ValueError(message)
    return host
