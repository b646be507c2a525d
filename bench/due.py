"""P10: one round of all periodic work with ten due things, among many agencies and among ten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from bench.measure import Result, median_seconds
from bench.world import AGENCIES, ensure_agencies
from hosting.operations.tasks import recover_operations
from hosting.tasks import run_due_crons
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.due import due_handler, list_due_handlers, schedule_due
from tenants.models import Agency, DueWork
from tenants.tasks import deliver_waiting_mail, run_all_due_work

DUE = 10
ROUNDS = 15
_KIND = "tenants.bench_look"


def run() -> Iterator[Result]:
    """Measure the same round twice: with ten agencies, then with all."""
    if _KIND not in list_due_handlers():
        due_handler(_KIND)(_look)
    few = _measure(ensure_agencies(DUE))
    many = _measure(ensure_agencies(AGENCIES))
    yield Result(
        number="P10",
        what=f"periodic work, {DUE} due things among {AGENCIES} agencies",
        peer=f"the same among {DUE}",
        ours_seconds=many,
        peer_seconds=few,
        target=1.5,
    )


def _look(*, key: str, agency_id: int | None, at: datetime) -> datetime | None:
    """Enter the agency, look at its trail, and come back tomorrow."""
    with agency_scope(Agency.objects.get(public_id=key, pk=agency_id or 0)):
        ActivityEntry.objects.count()
    return at + timedelta(days=1)


def _measure(agencies: list[Agency]) -> float:
    """Every agency has an appointment; ten of them are due at each round."""
    now = timezone.now()
    for agency in agencies:
        later = now + timedelta(days=1)
        schedule_due(_KIND, key=agency.public_id, at=later, agency_id=agency.pk)
    _round()
    due = DueWork.objects.filter(kind=_KIND, agency__in=agencies[:DUE])

    def work() -> None:
        due.update(due_at=now)
        _round()

    try:
        return median_seconds(work, rounds=ROUNDS)
    finally:
        DueWork.objects.filter(kind=_KIND).delete()


def _round() -> None:
    for task in (run_all_due_work, deliver_waiting_mail, recover_operations, run_due_crons):
        task()
