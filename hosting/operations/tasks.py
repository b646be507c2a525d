"""Entry points of background work on operations."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from hosting.operations.execution import run_operation
from hosting.operations.services import (
    claim_abandoned_operations,
    fail_stuck_operations,
    prune_operations,
)


@shared_task(name="operations.run")
def work_off_operation(*, operation_id: str, **_: Any) -> None:
    """Work one operation off, unless another worker does."""
    run_operation(operation_id)


@shared_task(name="operations.prune")
def forget_operations(**_: Any) -> None:
    """Delete work that finished long ago."""
    prune_operations(at=timezone.now())


@shared_task(name="operations.recover")
def recover_operations(**_: Any) -> None:
    """Hand on what nobody works on, and end what takes too long."""
    now = timezone.now()
    for operation_id in claim_abandoned_operations(at=now):
        work_off_operation.delay(operation_id=operation_id)
    fail_stuck_operations(at=now)
