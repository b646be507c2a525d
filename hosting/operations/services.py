"""Opening, retrying, cancelling and recovering operations; the work itself is in ``execution``."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hosting.failures import Failure, FailureCode
from hosting.operations.events import OperationQueued
from hosting.operations.journal import LeaseLost, end_in_failure, tell_operation
from hosting.operations.kinds import OperationKind, find_kind
from hosting.operations.models import Operation, OperationStep
from hosting.operations.selectors import (
    list_abandoned_operations,
    list_forgettable_operations,
    list_stuck_operations,
)
from hosting.operations.states import OperationState, StepState
from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, RuleViolation
from spotex.kernel.locks import lock_row

logger = logging.getLogger(__name__)

UNPICKED_SECONDS: Final = 10
RECOVERED_AT_ONCE: Final = 200
PRUNED_AT_ONCE: Final = 1_000


class OperationOpen(Conflict):
    """The subject is being worked on; ask again when that is over."""

    code = "operation_open"


class OperationNotCancellable(RuleViolation):
    """The kind has no way back, or the work is over."""

    code = "operation_not_cancellable"


class OperationNotRetryable(Conflict):
    """Only an operation that failed can be tried again."""

    code = "operation_not_retryable"


@transaction.atomic
def open_operation(  # noqa: PLR0913  what a row is made of
    kind: OperationKind,
    *,
    actor: Actor,
    subject: str,
    subject_name: str,
    customer: str = "",
    arguments: Mapping[str, Any] | None = None,
    at: datetime,
) -> Operation:
    """Write down work to be done and its steps; a worker takes it up after the commit.

    Raises:
        OperationOpen: the subject is being worked on.
    """
    try:
        with transaction.atomic():
            operation = Operation.objects.create(
                agency_id=actor.agency_id or 0,
                kind=kind.name,
                subject=subject,
                subject_name=subject_name[:200],
                customer=customer,
                arguments=dict(arguments or {}),
                requested_by_id=actor.user_id,
                queued_at=at,
                deadline_at=at + timedelta(seconds=kind.deadline_seconds),
            )
    except IntegrityError as error:
        raise OperationOpen(_("Work on this is still going on. Please wait a moment.")) from error
    OperationStep.objects.bulk_create(
        OperationStep(operation=operation, position=position, name=name)
        for position, name in enumerate(kind.steps, start=1)
    )
    tell_operation(operation, actor=actor, kind=OperationQueued)
    return operation


@transaction.atomic
def retry_operation(operation: Operation, *, actor: Actor, at: datetime) -> Operation:
    """Open a failed operation again; it goes on at the step that failed.

    Raises:
        OperationNotRetryable: it did not fail.
        OperationOpen: the subject is being worked on.
    """
    operation = lock_row(operation)
    kind = find_kind(operation.kind)
    if operation.state != OperationState.FAILED or kind is None:
        raise OperationNotRetryable(_("Only work that failed can be tried again."))
    operation.state = OperationState.PENDING
    operation.attempt += 1
    operation.error = None
    operation.cancel_requested = False
    operation.finished_at = None
    operation.queued_at = at
    operation.deadline_at = at + timedelta(seconds=kind.deadline_seconds)
    try:
        with transaction.atomic():
            operation.save()
    except IntegrityError as error:
        raise OperationOpen(_("Work on this is still going on. Please wait a moment.")) from error
    operation.steps.exclude(state=StepState.DONE).update(state=StepState.PENDING, finished_at=None)
    tell_operation(operation, actor=actor, kind=OperationQueued)
    return operation


@transaction.atomic
def cancel_operation(operation: Operation, *, actor: Actor) -> Operation:
    """Ask the worker to stop before the next step and to take back what was made.

    Raises:
        OperationNotCancellable: the kind has no way back, or the work is over.
    """
    operation = lock_row(operation)
    kind = find_kind(operation.kind)
    if not operation.is_open or kind is None or kind.undo is None:
        raise OperationNotCancellable(_("This work cannot be cancelled."))
    operation.cancel_requested = True
    operation.save(update_fields=["cancel_requested", "updated_at"])
    tell_operation(operation, actor=actor)
    return operation


def claim_abandoned_operations(*, at: datetime) -> list[str]:
    """Return the public ids of operations that need a worker, each only once in ten seconds."""
    before = at - timedelta(seconds=UNPICKED_SECONDS)
    with transaction.atomic():
        abandoned = list_abandoned_operations(at=at, queued_before=before)
        found = list(
            abandoned.select_for_update(skip_locked=True, of=("self",))[:RECOVERED_AT_ONCE],
        )
        Operation.objects.filter(pk__in=[operation.pk for operation in found]).update(queued_at=at)
    return [operation.public_id for operation in found]


def prune_operations(*, at: datetime) -> int:
    """Delete what finished long ago, except the last of each subject; return how many went."""
    before = at - timedelta(days=settings.SPOTEX_OPERATION_DAYS)
    pruned = 0
    while doomed := list(list_forgettable_operations(finished_before=before)[:PRUNED_AT_ONCE]):
        Operation.objects.filter(pk__in=doomed).delete()
        pruned += len(doomed)
    return pruned


def fail_stuck_operations(*, at: datetime) -> int:
    """End operations whose deadline is over and return how many ended.

    Each one by itself: an operation that cannot be ended is told in the log and left alone.
    """
    ended = 0
    for operation in list_stuck_operations(at=at)[:RECOVERED_AT_ONCE]:
        kind = find_kind(operation.kind)
        figures: Mapping[str, Any] = {"seconds": kind.deadline_seconds if kind else "?"}
        try:
            end_in_failure(operation, Failure(FailureCode.TIMEOUT, "", dict(figures)), at=at)
        except LeaseLost:  # it ended a moment ago
            continue
        except Exception:
            logger.exception("%s is stuck and could not be ended", operation.public_id)
            continue
        ended += 1
    return ended
