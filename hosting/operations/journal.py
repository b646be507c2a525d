"""Every write of a working operation: short transactions, each fenced by the lease.

A worker holds an operation by a lease: its name and a time, prolonged while it works. A write
first locks the row and looks whether the lease is still its own; a worker that was believed dead
and lost its lease writes nothing more.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat

from hosting.failures import Failure, FailureCode
from hosting.operations.events import OperationChanged
from hosting.operations.kinds import find_kind
from hosting.operations.models import Operation, OperationStep
from hosting.operations.states import OPEN_STATES, OperationState, StepState
from spotex.kernel.actor import Actor
from spotex.kernel.events import publish
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor

logger = logging.getLogger(__name__)

LEASE_SECONDS: Final = 15


class LeaseLost(Exception):
    """Another worker has the operation, or it is over."""


def tell_operation(
    operation: Operation,
    *,
    actor: Actor,
    kind: type[OperationChanged] = OperationChanged,
) -> None:
    """Publish that an operation differs."""
    publish(
        kind(
            actor=actor,
            subject_public_id=operation.public_id,
            subject_name=operation.subject_name,
            customer_public_id=operation.customer,
            agency_id=operation.agency_id,
            target=operation.subject,
            state=operation.state,
        ),
    )


def _lock_operation(pk: int) -> Operation:
    return Operation.objects.select_related("agency").select_for_update(of=("self",)).get(pk=pk)


def _lock_own(pk: int, owner: str) -> Operation:
    operation = _lock_operation(pk)
    if operation.state != OperationState.RUNNING or operation.lease_owner != owner:
        raise LeaseLost(operation.public_id)
    return operation


@transaction.atomic
def claim_operation(public_id: str, *, owner: str, at: datetime) -> Operation | None:
    """Take the lease of an operation; None if it is over or in other hands."""
    operation = (
        Operation.objects.select_related("agency")
        .select_for_update(of=("self",))
        .filter(public_id=public_id, state__in=OPEN_STATES)
        .first()
    )
    if operation is None:
        return None
    if operation.state == OperationState.RUNNING and _is_held(operation, at=at):
        return None
    if operation.state == OperationState.PENDING:
        _start_clock(operation, at=at)
    operation.state = OperationState.RUNNING
    operation.lease_owner = owner
    operation.lease_until = at + timedelta(seconds=LEASE_SECONDS)
    operation.started_at = operation.started_at or at
    operation.save()
    tell_operation(operation, actor=system_actor(operation.agency))
    return operation


def _start_clock(operation: Operation, *, at: datetime) -> None:
    """Set the deadline of an attempt that begins; a worker that takes over keeps it."""
    kind = find_kind(operation.kind)
    if kind is not None:
        operation.deadline_at = at + timedelta(seconds=kind.deadline_seconds)


def _is_held(operation: Operation, *, at: datetime) -> bool:
    return operation.lease_until is not None and operation.lease_until > at


def prolong_lease(pk: int, *, owner: str, at: datetime) -> None:
    """Say that the worker is alive; does nothing to an operation in other hands."""
    Operation.objects.filter(
        pk=pk,
        state=OperationState.RUNNING,
        lease_owner=owner,
    ).update(lease_until=at + timedelta(seconds=LEASE_SECONDS))


def find_next_step(operation: Operation) -> OperationStep | None:
    """Return the first step that is not done."""
    return operation.steps.exclude(state=StepState.DONE).order_by("position").first()


@transaction.atomic
def begin_step(step: OperationStep, *, owner: str, at: datetime) -> bool:
    """Write that a step is being tried; False if somebody asked to cancel.

    Raises:
        LeaseLost: the operation is in other hands.
    """
    operation = _lock_own(step.operation_id, owner)
    if operation.cancel_requested:
        return False
    step.state = StepState.RUNNING
    step.started_at = at
    step.finished_at = None
    step.tries += 1
    step.log = ""
    step.save()
    operation.lease_until = at + timedelta(seconds=LEASE_SECONDS)
    operation.save(update_fields=["lease_until", "updated_at"])
    tell_operation(operation, actor=system_actor(operation.agency))
    return True


@transaction.atomic
def add_log_line(step: OperationStep, line: str, *, owner: str) -> None:
    """Append a line for people to a step's log.

    Raises:
        LeaseLost: the operation is in other hands.
    """
    operation = _lock_own(step.operation_id, owner)
    OperationStep.objects.filter(pk=step.pk).update(log=Concat(F("log"), Value(f"{line}\n")))
    tell_operation(operation, actor=system_actor(operation.agency))


@transaction.atomic
def finish_step(
    step: OperationStep,
    *,
    owner: str,
    result: Mapping[str, Any],
    at: datetime,
) -> None:
    """Write that a step is done, and how far the operation is.

    Raises:
        LeaseLost: the operation is in other hands.
    """
    operation = _lock_own(step.operation_id, owner)
    OperationStep.objects.filter(pk=step.pk).update(
        state=StepState.DONE,
        finished_at=at,
        result=dict(result),
    )
    states = list(operation.steps.values_list("state", flat=True))
    operation.progress = 100 * states.count(StepState.DONE) // len(states)
    operation.save(update_fields=["progress", "updated_at"])
    tell_operation(operation, actor=system_actor(operation.agency))


@transaction.atomic
def end_in_success(pk: int, *, owner: str, at: datetime) -> None:
    """End an operation well, and write what that means for its subject.

    Raises:
        LeaseLost: the operation is in other hands.
    """
    _lock_subject(pk)
    operation = _lock_own(pk, owner)
    operation.state = OperationState.DONE
    operation.progress = 100
    _close(operation, at=at)
    kind = find_kind(operation.kind)
    if kind is not None:
        with agency_scope(operation.agency):
            kind.finish(operation, system_actor(operation.agency))


@transaction.atomic
def end_in_failure(
    operation: Operation,
    failure: Failure,
    *,
    owner: str | None = None,
    at: datetime,
) -> None:
    """End an operation badly, and write what that means for its subject.

    Args:
        operation: any copy; the row is read again.
        failure: with the step's name; empty if no step is to blame.
        owner: the worker; None for the watchman, who takes the operation from any worker.
        at: the end.

    Raises:
        LeaseLost: the operation is in other hands, or over.
    """
    _lock_subject(operation.pk)
    operation = _lock_operation(operation.pk) if owner is None else _lock_own(operation.pk, owner)
    if not operation.is_open:
        raise LeaseLost(operation.public_id)
    step = operation.steps.filter(state=StepState.RUNNING).first()
    if step is not None:
        step.state = StepState.FAILED
        step.finished_at = at
        step.save(update_fields=["state", "finished_at", "updated_at"])
    failure = Failure(failure.code, failure.step or (step.name if step else ""), failure.figures)
    cancelled = failure.code is FailureCode.CANCELLED
    operation.state = OperationState.CANCELLED if cancelled else OperationState.FAILED
    operation.error = None if cancelled else failure.as_json()
    _close(operation, at=at)
    _tell_subject(operation, failure)


def _tell_subject(operation: Operation, failure: Failure) -> None:
    """Write what a failure means for the subject; one that is gone keeps nobody waiting."""
    kind = find_kind(operation.kind)
    if kind is None:
        return
    with agency_scope(operation.agency):
        try:
            with transaction.atomic():
                kind.fail(operation, failure, system_actor(operation.agency))
        except ObjectDoesNotExist:
            logger.warning("%s ended, %s is gone", operation.public_id, operation.subject)


def _lock_subject(pk: int) -> None:
    """Lock what the operation is about before the operation: one order for everybody."""
    operation = Operation.objects.select_related("agency").get(pk=pk)
    kind = find_kind(operation.kind)
    if kind is not None and kind.lock is not None:
        with agency_scope(operation.agency):
            kind.lock(operation)


def _close(operation: Operation, *, at: datetime) -> None:
    operation.lease_owner = ""
    operation.lease_until = None
    operation.finished_at = at
    operation.save()
    tell_operation(operation, actor=system_actor(operation.agency))
