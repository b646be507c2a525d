"""How many calls a minute: by plan for an agency, by address for everybody else.

All people of an agency and of its customers share the plan's figure. A customer's person gets at
most half of it, so that nobody from outside can close the API to the agency.
"""

from __future__ import annotations

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


class PlanThrottle(BaseThrottle):
    """Counts calls in windows of one minute, in Redis, for all processes together."""

    def __init__(self) -> None:
        self._left = float(WINDOW_SECONDS)

    @override
    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the call and tell whether it fits into this minute."""
        return all(self._count(who, allowed) for who, allowed in _list_budgets(request))

    def _count(self, who: str, allowed: int) -> bool:
        if allowed == UNLIMITED:
            return True
        count, self._left = count_within(f"throttle:{who}", seconds=WINDOW_SECONDS)
        return count <= allowed

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return self._left


def _list_budgets(request: Request) -> list[tuple[str, int]]:
    """Return what a call counts against, the smallest share first."""
    identity = request.auth
    if not isinstance(identity, Identity):
        address = address_of(request._request)  # noqa: SLF001  Django's own request
        return [(f"address:{address}", settings.SPOTEX_API_ANONYMOUS_PER_MINUTE)]
    agency = identity.agency
    whole = (f"agency:{agency.public_id}", agency.requests_per_minute)
    if identity.actor.customer_id is None or agency.requests_per_minute == UNLIMITED:
        return [whole]
    half = max(1, agency.requests_per_minute // CONTACT_SHARE)
    return [(f"person:{agency.public_id}:{identity.user.public_id}", half), whole]
