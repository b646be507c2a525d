"""What follows from the events of operations."""

from __future__ import annotations

from hosting.operations.events import OperationQueued
from hosting.operations.tasks import work_off_operation
from spotex.kernel.events import after_commit


@after_commit(OperationQueued)
def hand_to_worker(event: OperationQueued) -> None:
    """Start now; if the broker is away, the watchman finds the row."""
    work_off_operation.delay(operation_id=event.subject_public_id)
