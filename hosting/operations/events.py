"""What happens to operations. Nothing here is a fact for the audit trail: the pillar tells that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spotex.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OperationChanged(Event):
    """A state, a step or a log line of an operation differs; subject_public_id is the operation."""

    name: ClassVar[str] = "operations.operation.changed"
    audited: ClassVar[bool] = False
    agency_id: int
    target: str
    """Public id of the object on which the operation works."""
    state: str


@dataclass(frozen=True, kw_only=True)
class OperationQueued(OperationChanged):
    """An operation waits for a worker."""

    name: ClassVar[str] = "operations.operation.queued"
