"""Shared reads of operations and hosts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from hosting.operations.models import Operation, OperationStep, SiteRoute
from hosting.operations.states import OPEN_STATES, OperationState


def list_operations_of(agency_id: int) -> QuerySet[Operation]:
    """List an agency's operations with their steps, newest first."""
    steps = Prefetch("steps", OperationStep.objects.order_by("position"))
    return (
        Operation.objects.filter(agency_id=agency_id)
        .select_related("requested_by")
        .prefetch_related(steps)
        .order_by("-created_at", "-pk")
    )


def find_open_operation(subject: str) -> Operation | None:
    """Return the operation that works, or waits to work, on a subject."""
    return Operation.objects.filter(subject=subject, state__in=OPEN_STATES).first()


def list_abandoned_operations(*, at: datetime, queued_before: datetime) -> QuerySet[Operation]:
    """List what no worker works on: never picked up, or the worker's lease ran out."""
    return Operation.objects.filter(
        Q(state=OperationState.PENDING) | Q(state=OperationState.RUNNING, lease_until__lt=at),
        queued_at__lt=queued_before,
    ).order_by("queued_at")


def list_stuck_operations(*, at: datetime) -> QuerySet[Operation]:
    """List operations that a worker began and whose deadline is over; what waits is not stuck."""
    return Operation.objects.filter(
        state=OperationState.RUNNING,
        deadline_at__lt=at,
    ).order_by("pk")


def list_forgettable_operations(*, finished_before: datetime) -> QuerySet[Operation, int]:
    """List the keys of operations that finished long ago and were not the last on their subject."""
    later = Operation.objects.filter(subject=OuterRef("subject"), pk__gt=OuterRef("pk"))
    return (
        Operation.objects.exclude(state__in=OPEN_STATES)
        .filter(Exists(later), finished_at__lt=finished_before)
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def list_due_crons(*, at: datetime) -> QuerySet[SiteRoute]:
    """List the routes whose site is due for its own scheduled work."""
    return (
        SiteRoute.objects.filter(cron_due_at__lte=at)
        .select_related("agency")
        .order_by("cron_due_at")
    )
