"""Working an operation off: step by step, resumable at any point.

The worker may be killed between any two lines. Whoever takes the operation up again starts at the
first step that is not done; steps are idempotent. No step runs inside a transaction.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Final

from django.db import connection
from django.utils import timezone

from hosting.failures import Failure, FailureCode, KnownFailure
from hosting.operations.journal import (
    LeaseLost,
    add_log_line,
    begin_step,
    claim_operation,
    end_in_failure,
    end_in_success,
    find_next_step,
    finish_step,
    prolong_lease,
)
from hosting.operations.kinds import OperationKind, StepContext, find_kind
from hosting.operations.models import Operation, OperationStep

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS: Final = 5.0
Clock = Callable[[], datetime]


def run_operation(operation_id: str, *, owner: str = "", clock: Clock = timezone.now) -> bool:
    """Work an operation off to its end.

    Args:
        operation_id: public id.
        owner: name of the worker in the lease; made up when empty.
        clock: tells the time of each write.

    Returns:
        Whether this call worked on it: False if it is over or in other hands.
    """
    owner = owner or f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    operation = claim_operation(operation_id, owner=owner, at=clock())
    if operation is None:
        return False
    try:
        with _heartbeat(operation.pk, owner=owner, clock=clock):
            _run_steps(operation, owner=owner, clock=clock)
    except LeaseLost:
        logger.warning("%s was taken over by another worker", operation_id)
    return True


def _run_steps(operation: Operation, *, owner: str, clock: Clock) -> None:
    kind = find_kind(operation.kind)
    while step := find_next_step(operation):
        if kind is None or step.name not in kind.steps:
            failure = Failure(FailureCode.STEP_UNKNOWN, step.name, {"detail": step.name})
            end_in_failure(operation, failure, owner=owner, at=clock())
            return
        if not begin_step(step, owner=owner, at=clock()):
            _cancel(operation, kind, owner=owner, clock=clock)
            return
        failed = _run_step(operation, kind, step, owner=owner, clock=clock)
        if failed is not None:
            end_in_failure(operation, failed, owner=owner, at=clock())
            return
    end_in_success(operation.pk, owner=owner, at=clock())


def _run_step(
    operation: Operation,
    kind: OperationKind,
    step: OperationStep,
    *,
    owner: str,
    clock: Clock,
) -> Failure | None:
    """Run one step and return why it failed, or None."""
    context = _context_of(operation, log=partial(add_log_line, step, owner=owner))
    try:
        result = kind.steps[step.name](context)
    except LeaseLost:
        raise
    except KnownFailure as error:
        logger.info("%s %s: %s", operation.public_id, step.name, error.message)
        return error.as_failure(step.name)
    except Exception:
        logger.exception("%s %s failed unexpectedly", operation.public_id, step.name)
        return Failure(FailureCode.INTERNAL, step.name)
    finish_step(step, owner=owner, result=result or {}, at=clock())
    return None


def _cancel(operation: Operation, kind: OperationKind, *, owner: str, clock: Clock) -> None:
    failure = Failure(FailureCode.CANCELLED)
    if kind.undo is not None:
        try:
            kind.undo(_context_of(operation, log=logger.info))
        except KnownFailure as error:
            failure = error.as_failure()
    end_in_failure(operation, failure, owner=owner, at=clock())


def _context_of(operation: Operation, *, log: Callable[[str], None]) -> StepContext:
    return StepContext(
        operation_id=operation.public_id,
        schema=operation.agency.schema_name,
        agency_id=operation.agency_id,
        subject=operation.subject,
        attempt=operation.attempt,
        arguments=operation.arguments,
        log=log,
    )


@contextmanager
def _heartbeat(pk: int, *, owner: str, clock: Clock) -> Iterator[None]:
    """Prolong the lease from a thread of its own as long as the block runs."""
    done = threading.Event()

    def beat() -> None:
        while not done.wait(HEARTBEAT_SECONDS):
            try:
                prolong_lease(pk, owner=owner, at=clock())
            except Exception:  # noqa: BLE001  the next beat may succeed; the lease is short
                logger.warning("the lease of operation %s was not prolonged", pk)
            finally:
                connection.close()

    thread = threading.Thread(target=beat, name=f"lease-{pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=HEARTBEAT_SECONDS)
