"""Counting what people wanted and did not get.

A refusal rolls its transaction back, and on a busy hour there are thousands of them: so a try is
counted in the memory of the process, which costs microseconds, and a thread of its own writes
the sums every some seconds. A process that is killed loses those of its last seconds.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from types import MappingProxyType
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, connections, transaction

from booking.models import Space
from booking.periods import Period
from booking.states import DemandReason
from spotex.kernel.errors import DomainError
from spotex.kernel.tenancy import agency_scope, current_schema

logger = logging.getLogger(__name__)

Given = ParamSpec("Given")
Result = TypeVar("Result")

MOST_KINDS: Final = 20_000
"""More different counters than this are not kept while the database is away."""

REASONS: Final = MappingProxyType(
    {
        "slot_taken": DemandReason.TAKEN,
        "outside_opening_hours": DemandReason.CLOSED,
        "stay_too_soon": DemandReason.LIMIT,
        "stay_too_far": DemandReason.LIMIT,
        "stay_too_short": DemandReason.LIMIT,
        "stay_too_long": DemandReason.LIMIT,
        "too_many_holds": DemandReason.LIMIT,
        "too_many_reservations": DemandReason.LIMIT,
        "members_only": DemandReason.LIMIT,
    }
)
"""Refusals that say somebody wanted a space, by their code; others are mistakes of the caller."""

_COUNT: Final = """
    INSERT INTO booking_lostdemand (created_at, updated_at, space_id, day, hour, reason, tries)
    SELECT now(), now(), space.id, wanted.day, wanted.hour, wanted.reason, wanted.tries
    FROM unnest(%s::bigint[], %s::date[], %s::int[], %s::text[], %s::int[])
        AS wanted (space, day, hour, reason, tries)
    JOIN booking_space AS space ON space.id = wanted.space
    ORDER BY space.id, wanted.day, wanted.hour, wanted.reason
    ON CONFLICT (space_id, day, hour, reason)
    DO UPDATE SET tries = booking_lostdemand.tries + excluded.tries, updated_at = now()
"""


class Wish(NamedTuple):
    """What one counter counts; ``hour`` is None for a whole day."""

    schema: str
    space: int
    day: date
    hour: int | None
    reason: DemandReason


class DemandCounter:
    """The tries of this process that are not yet written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Wish] = Counter()
        self._timer: threading.Timer | None = None

    def add(self, wish: Wish, times: int = 1) -> None:
        """Count a try, and have it written soon."""
        with self._lock:
            if wish in self._counts or len(self._counts) < MOST_KINDS:
                self._counts[wish] += times
            self._start()

    def _start(self) -> None:
        seconds = settings.SPOTEX_DEMAND_SECONDS
        if seconds and (self._timer is None or not self._timer.is_alive()):
            self._timer = threading.Timer(seconds, self._write_alone)
            self._timer.daemon = True
            self._timer.start()

    def _write_alone(self) -> None:
        self._timer = None
        try:
            self.write()
        finally:
            connections.close_all()

    def take(self) -> Counter[Wish]:
        """Return what was counted, and begin anew."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
        return counts

    def write(self) -> None:
        """Add what was counted to the tables of each agency.

        What a disturbance of the database prevented is kept for later; what cannot succeed, such
        as the counts of an agency that is gone, is told once and forgotten.
        """
        counts = self.take()
        for schema in sorted({wish.schema for wish in counts}):
            own = {wish: times for wish, times in counts.items() if wish.schema == schema}
            try:
                _write(schema, own)
            except (OperationalError, InterfaceError):
                logger.exception("lost demand of %s not written", schema)
                for wish, times in own.items():
                    self.add(wish, times)
            except Exception:
                logger.exception("lost demand of %s cannot be written and is forgotten", schema)


def _write(schema: str, counts: dict[Wish, int]) -> None:
    with agency_scope(schema), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            [
                [wish.space for wish in counts],
                [wish.day for wish in counts],
                [wish.hour for wish in counts],
                [wish.reason.value for wish in counts],
                list(counts.values()),
            ],
        )


demand: Final = DemandCounter()


def note_lost_demand(space: Space, *, start: datetime, reason: DemandReason) -> None:
    """Count a try to have a space, its location loaded, from a moment on."""
    local = start.astimezone(ZoneInfo(space.location.time_zone))
    demand.add(Wish(current_schema(), space.pk, local.date(), local.hour, reason))


def note_nothing_free(space: Space, *, day: date) -> None:
    """Count that somebody looked at a day of a space and found nothing to book."""
    demand.add(Wish(current_schema(), space.pk, day, None, DemandReason.NOTHING_FREE))


def counts_refusals(service: Callable[Given, Result]) -> Callable[Given, Result]:
    """Count the refusals of a service whose first argument is a space or a hold, with ``stay``."""

    @wraps(service)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        try:
            return service(*args, **kwargs)
        except DomainError as error:
            reason = REASONS.get(error.code)
            if reason is not None:
                subject: Any = args[0]
                space = subject if isinstance(subject, Space) else subject.space
                stay = cast("Period", kwargs["stay"])
                note_lost_demand(space, start=stay.start, reason=reason)
            raise

    return call
