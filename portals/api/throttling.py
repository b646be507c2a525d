"""How many calls a minute: by the agency's plan for a person, by address for everybody else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from typing_extensions import override

from portals.api.auth import Identity
from portals.shared.requests import address_of

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports this module

WINDOW_SECONDS: Final = 60
UNLIMITED: Final = -1


class PlanThrottle(BaseThrottle):
    """Counts calls in windows of one minute, in Redis, for all processes together."""

    def __init__(self) -> None:
        self._left = float(WINDOW_SECONDS)

    @override
    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the call and tell whether it fits into this minute."""
        who, allowed = _budget(request)
        if allowed == UNLIMITED:
            return True
        now = time.time()
        self._left = WINDOW_SECONDS - now % WINDOW_SECONDS
        return _count(f"throttle:{who}:{int(now // WINDOW_SECONDS)}") <= allowed

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return self._left


def _budget(request: Request) -> tuple[str, int]:
    identity = request.auth
    if not isinstance(identity, Identity):
        address = address_of(request._request)  # noqa: SLF001  Django's own request
        return f"address:{address}", settings.SPOTEX_API_ANONYMOUS_PER_MINUTE
    agency = identity.agency
    return f"user:{agency.public_id}:{identity.user.public_id}", agency.requests_per_minute


def _count(key: str) -> int:
    if cache.add(key, 1, timeout=WINDOW_SECONDS + 1):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # the minute ended between the two commands
        return 1
