"""Requests that wait for the agency's yes: the number in the menu, and the notice on the overview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import ngettext

from booking.selectors.reservations import sum_requests_for
from portals.shared.nav import Waiting
from spotex.kernel.actor import Actor


@dataclass(frozen=True, kw_only=True)
class RequestNotice:
    """What the overview says of requests."""

    count: int
    title: str
    first_until: datetime
    """When the first of them lapses."""

    url: str


def find_waiting_requests(actor: Actor) -> Waiting | None:
    """Return how many requests wait for the actor's answer, None for none."""
    count = sum_requests_for(actor).count
    return Waiting(count=count, words=_write_count(count)) if count else None


def find_request_notice(actor: Actor) -> RequestNotice | None:
    """Return what to say of requests that wait for the actor's answer, None where none does."""
    found = sum_requests_for(actor)
    if found.first_until is None:
        return None
    return RequestNotice(
        count=found.count,
        title=_write_count(found.count),
        first_until=found.first_until,
        url=f"{reverse('agency:reservation-list')}?state=ASKED",
    )


def _write_count(count: int) -> str:
    text = ngettext(
        "%(n)s request waits for your answer", "%(n)s requests wait for your answer", count
    )
    return text % {"n": count}
