"""How long, and how much, one may hold; see ``spotex/configuration/booking.py``."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings


def hold_time() -> timedelta:
    """Return how long a space is kept for somebody who books it."""
    return timedelta(seconds=settings.SPOTEX_HOLD_SECONDS)


def longest_hold() -> timedelta:
    """Return how long it is kept at most, however often it is extended."""
    return timedelta(seconds=settings.SPOTEX_LONGEST_HOLD_SECONDS)


def offer_time() -> timedelta:
    """Return how long a time is kept for somebody from the waiting list.

    Within the longest hold, and so that enough of that is left to pay.
    """
    wanted = timedelta(seconds=settings.SPOTEX_OFFER_SECONDS)
    return max(hold_time(), min(wanted, longest_hold() - hold_time()))


def most_wishes() -> int:
    """Return for how many times one person may wait."""
    return int(settings.SPOTEX_WISHES_PER_PERSON)


def answer_time(*, starts_at: datetime, now: datetime) -> timedelta:
    """Return how long a stay is kept until the agency says yes or no; see ``_until_the_stay``."""
    return _until_the_stay(settings.SPOTEX_ANSWER_SECONDS, starts_at=starts_at, now=now)


def approved_time(*, starts_at: datetime, now: datetime) -> timedelta:
    """Return how long it is kept after the yes until it is paid; see ``_until_the_stay``."""
    return _until_the_stay(settings.SPOTEX_APPROVED_SECONDS, starts_at=starts_at, now=now)


def _until_the_stay(seconds: float, *, starts_at: datetime, now: datetime) -> timedelta:
    """Return a term that ends with the beginning of the stay, but never before a hold would."""
    return max(hold_time(), min(timedelta(seconds=seconds), starts_at - now))


def most_requests() -> int:
    """Return for how many stays one person may wait for a yes."""
    return int(settings.SPOTEX_REQUESTS_PER_PERSON)


def most_holds() -> int:
    """Return what one person may hold at a time."""
    return int(settings.SPOTEX_HOLDS_PER_PERSON)
