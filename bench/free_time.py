"""P8: free time of a month, of one space and of two hundred, against the statement alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from bench.measure import Result, paired_seconds
from bench.spaces import ensure_house, fill_calendars
from booking.models import Claim, Space
from booking.selectors.free_time import find_free_days
from spotex.kernel.tenancy import agency_scope

SPACES: Final = 200
DAYS: Final = 31
_ROUNDS: Final = {1: 60, SPACES: 7}


def run() -> Iterator[Result]:
    """Ask through the selector, and send its statement by hand, in turn."""
    agency = ensure_house(spaces=SPACES)
    with agency_scope(agency):
        claims = fill_calendars(days=DAYS)
        for count, rounds in _ROUNDS.items():
            yield _compare(count, rounds=rounds, claims=claims)
        Claim.objects.all().delete()


def _compare(count: int, *, rounds: int, claims: int) -> Result:
    spaces = list(Space.objects.select_related("location").order_by("pk")[:count])
    first = timezone.now().date() + timedelta(days=1)
    last = first + timedelta(days=DAYS - 1)

    def ours() -> None:
        find_free_days(spaces, first_day=first, last_day=last)

    with CaptureQueriesContext(connection) as captured:
        ours()
    statement = next(one["sql"] for one in captured.captured_queries if "range_agg" in one["sql"])

    def alone() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.fetchall()

    mine, peer = paired_seconds(ours, alone, rounds=rounds)
    return Result(
        number="P8",
        what=f"free time of {count} spaces, {DAYS} days among {claims} bookings",
        peer="the one statement alone",
        ours_seconds=mine,
        peer_seconds=peer,
        target=1.5,
    )
