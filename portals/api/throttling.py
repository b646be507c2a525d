"""How many calls a minute: by plan for an agency, by address for everybody else.

All people of an agency and of its customers, and its API keys, share the plan's figure. A
customer's person gets at most half of it, so that nobody from outside can close the API to the
agency; a key gets what its maker set for it. ``RateLimit-*`` headers tell what is left of the
smallest share (draft-ietf-httpapi-ratelimit-headers-07).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from typing_extensions import override

from portals.api.auth import Identity
from portals.shared.requests import address_of
from spotex.kernel.limits import UNLIMITED, count_within

if TYPE_CHECKING:
    from rest_framework.views import APIView  # at run time it imports this module

WINDOW_SECONDS: Final = 60
CONTACT_SHARE: Final = 2


_NOTE: Final = "_rate"
"""Attribute of Django's request that keeps the count for the answer's headers."""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """What is left of a share."""

    allowed: int
    count: int
    seconds: float

    @property
    def remaining(self) -> int:
        """Calls that still fit into this minute."""
        return max(0, self.allowed - self.count)


class PlanThrottle(BaseThrottle):
    """Counts calls in windows of one minute, in Redis, for all processes together."""

    def __init__(self) -> None:
        self._left = float(WINDOW_SECONDS)

    @override
    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the call and tell whether it fits into this minute."""
        counted = []
        for who, allowed in _list_budgets(request):
            if allowed == UNLIMITED:
                continue
            count, self._left = count_within(f"throttle:{who}", seconds=WINDOW_SECONDS)
            counted.append(Rate(allowed=allowed, count=count, seconds=self._left))
            if count > allowed:
                break
        if counted:
            smallest = min(counted, key=lambda rate: rate.remaining)
            setattr(request._request, _NOTE, smallest)  # noqa: SLF001  Django's own request
        return all(rate.count <= rate.allowed for rate in counted)

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return self._left


def list_rate_headers(request: Request) -> dict[str, str]:
    """Return what the answer says about the caller's smallest share."""
    rate: Rate | None = getattr(request._request, _NOTE, None)  # noqa: SLF001
    if rate is None:
        return {}
    return {
        "RateLimit-Limit": str(rate.allowed),
        "RateLimit-Remaining": str(rate.remaining),
        "RateLimit-Reset": str(math.ceil(rate.seconds)),
    }


def _list_budgets(request: Request) -> list[tuple[str, int]]:
    """Return what a call counts against, the smallest share first."""
    identity = request.auth
    if not isinstance(identity, Identity):
        address = address_of(request._request)  # noqa: SLF001  Django's own request
        return [(f"address:{address}", settings.SPOTEX_API_ANONYMOUS_PER_MINUTE)]
    agency = identity.agency
    whole = (f"agency:{agency.public_id}", agency.requests_per_minute)
    if identity.requests_per_minute is not None:
        return [(f"key:{identity.actor.user_public_id}", identity.requests_per_minute), whole]
    if identity.actor.customer_id is None or agency.requests_per_minute == UNLIMITED:
        return [whole]
    half = max(1, agency.requests_per_minute // CONTACT_SHARE)
    return [(f"person:{agency.public_id}:{identity.actor.user_public_id}", half), whole]
