"""Callers of lists that were let in a moment ago.

Who calls is two statements: more than the list itself. A program that reads page after page is
looked up once a second instead; what a lost role, an ended session or a new password changes
counts within that second, in every process, without a message that could be lost. Only lists use
it: what writes, and what shows the caller, always looks. See ADR 0026.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from django.conf import settings

if TYPE_CHECKING:
    from portals.api.auth import Identity  # at run time it imports this module

CAPACITY: Final = 2_048

Door = tuple[bytes, str, str, str]


def door_of(token: str, *, host: str, portal: str, address: str) -> Door:
    """Return under what a caller is remembered: the token, never in clear, and how it came."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest(), host, portal, address


class RecentCallers:
    """Callers by token and door: bounded, each for a second at most."""

    def __init__(self) -> None:
        self._known: OrderedDict[Door, tuple[float, Identity]] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, door: Door) -> Identity | None:
        """Return who came through this door within the last second."""
        with self._lock:
            entry = self._known.get(door)
        return entry[1] if entry is not None and time.monotonic() < entry[0] else None

    def note(self, door: Door, identity: Identity, *, until: float) -> None:
        """Remember a caller, no longer than the token is good.

        Args:
            door: where the caller came in.
            identity: who it is.
            until: when the token expires, in seconds since 1970.
        """
        seconds = min(settings.SPOTEX_CALLER_SECONDS, until - time.time())
        with self._lock:
            self._known[door] = (time.monotonic() + seconds, identity)
            self._known.move_to_end(door)
            while len(self._known) > CAPACITY:
                self._known.popitem(last=False)


recent_callers: Final = RecentCallers()
