"""The kinds of operations: what they consist of and what their end means.

The pillar that owns a kind registers it when the project starts. Step names are stored with each
operation; the callables are looked up by name, so that an operation survives a new release.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from hosting.failures import Failure
from hosting.operations.models import Operation
from spotex.kernel.actor import Actor


@dataclass(frozen=True, kw_only=True)
class StepContext:
    """What a step may know and say while it runs."""

    operation_id: str
    schema: str
    agency_id: int
    subject: str
    attempt: int
    arguments: Mapping[str, Any]
    log: Callable[[str], None]


StepFunction = Callable[[StepContext], Mapping[str, Any] | None]
"""Observes, acts, verifies; may run any number of times; returns what to remember."""


@dataclass(frozen=True, kw_only=True)
class OperationKind:
    """One kind of operation.

    Args:
        name: dotted, such as ``site.deploy``.
        steps: name and function, in order.
        finish: writes what success means, inside the agency's schema and the final transaction.
        fail: the same for a failure.
        lock: locks the subject, inside the agency's schema; services lock the subject before its
            operation, so the end of the work does it in the same order.
        undo: takes back what the steps made; only a kind that has it can be cancelled.
        deadline_seconds: an attempt that a worker began this long ago counts as stuck; waiting for
            a worker does not count.
    """

    name: str
    steps: Mapping[str, StepFunction]
    finish: Callable[[Operation, Actor], None]
    fail: Callable[[Operation, Failure, Actor], None]
    lock: Callable[[Operation], None] | None = None
    undo: StepFunction | None = None
    deadline_seconds: int = 600


_kinds: dict[str, OperationKind] = {}


def register_kind(kind: OperationKind) -> None:
    """Make a kind known, replacing an earlier one of the same name."""
    _kinds[kind.name] = kind


def find_kind(name: str) -> OperationKind | None:
    """Return the kind with this name, if this release knows it."""
    return _kinds.get(name)
