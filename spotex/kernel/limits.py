"""How often: counts in fixed windows of time, in the cache that all processes share."""

from __future__ import annotations

import hashlib
import ipaddress
import time
from typing import ClassVar, Final

from django.core.cache import DEFAULT_CACHE_ALIAS, cache, caches
from django.utils.translation import gettext as _

from spotex.kernel.caches import CountingRedisCache
from spotex.kernel.errors import RuleViolation

UNLIMITED: Final = -1
HOUR: Final = 3_600
DAY: Final = 86_400


class LimitExceeded(RuleViolation):
    """This was done too often; it is right again after ``wait`` seconds (429)."""

    code: ClassVar[str] = "too_many_requests"

    def __init__(self, message: str, *, wait: int, field: str | None = None) -> None:
        super().__init__(message, field=field)
        self.wait = wait


def count_within(name: str, *, seconds: int) -> tuple[int, float]:
    """Count something; return how often it happened in this window, and the seconds left of it."""
    now = time.time()
    key = f"limit:{name}:{int(now // seconds)}"
    return _count_up(key, seconds=seconds), seconds - now % seconds


def _count_up(key: str, *, seconds: int) -> int:
    shared = caches[DEFAULT_CACHE_ALIAS]
    if isinstance(shared, CountingRedisCache):
        return shared.count_up(key, seconds=seconds + 1)
    if cache.add(key, 1, timeout=seconds + 1):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # the window ended between the two commands
        return 1


def is_first(action: str, who: str, *, seconds: int) -> bool:
    """Tell whether somebody did not do this within the last seconds; from now on they did."""
    return bool(cache.add(f"first:{action}:{_digest(who)}", 1, timeout=seconds))


def _digest(who: str) -> str:
    return hashlib.sha256(who.encode()).hexdigest()[:32]


def network_of(address: str) -> str:
    """Return who an address stands for: of IPv6, everybody has a whole network of 64 bits."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def require_within(action: str, who: str, *, allowed: int, seconds: int) -> None:
    """Count an action and pass if it is one of those allowed.

    Args:
        action: what is counted, such as ``signup``.
        who: who or what does it; kept as a digest, because it may be an address.
        allowed: how often in a window; -1 for no limit.
        seconds: length of the window.

    Raises:
        LimitExceeded: there were too many.
    """
    if allowed == UNLIMITED:
        return
    count, left = count_within(f"{action}:{_digest(who)}", seconds=seconds)
    if count > allowed:
        raise LimitExceeded(_("Too many attempts. Please try again later."), wait=int(left) + 1)
