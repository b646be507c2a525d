"""Requests that wait for the agency's yes: the number in the menu, and the notice on the overview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils.translation import ngettext

from booking.selectors.reservations import OpenRequests, sum_requests_for
from portals.shared.nav import Waiting
from portals.shared.requests import PortalRequest

_SUM: Final = "open_requests"


@dataclass(frozen=True, kw_only=True)
class RequestNotice:
    """What the overview says of requests."""

    count: int
    title: str
    first_until: datetime
    """When the first of them lapses."""

    url: str


def find_waiting_requests(request: PortalRequest) -> Waiting | None:
    """Return how many requests wait for the person's answer, None for none."""
    count = _sum_once(request).count
    return Waiting(count=count, words=_write_count(count)) if count else None


def find_request_notice(request: PortalRequest) -> RequestNotice | None:
    """Return what to say of requests that wait for the person's answer, None where none does."""
    found = _sum_once(request)
    if found.first_until is None:
        return None
    return RequestNotice(
        count=found.count,
        title=_write_count(found.count),
        first_until=found.first_until,
        url=f"{reverse('agency:reservation-list')}?state=ASKED",
    )


def _sum_once(request: PortalRequest) -> OpenRequests:
    """Return what waits; menu and overview of one page share the query."""
    found: OpenRequests | None = getattr(request, _SUM, None)
    if found is None:
        found = sum_requests_for(request.actor)
        setattr(request, _SUM, found)
    return found


def _write_count(count: int) -> str:
    text = ngettext(
        "%(n)s request waits for your answer", "%(n)s requests wait for your answer", count
    )
    return text % {"n": count}
