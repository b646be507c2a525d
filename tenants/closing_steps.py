"""The steps in which an agency is deleted: contexts above this one say how to do theirs.

Each step is done to its end before the next one begins, and may be done twice: a worker that is
killed leaves the step as the next one to do. A step that has to wait says until when.

Source: ADR 0031.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol

from tenants.models import Closure

STEPS: Final = ("sites", "sessions", "data", "files", "people")
"""In this order: what needs the agency's tables, the tables, what only needs their names."""


class ClosingStep(Protocol):
    """Does one step; runs outside a transaction, in the public schema, perhaps twice."""

    def __call__(self, closure: Closure, *, at: datetime) -> datetime | None:
        """Do it; return when to go on with it, None when it is done."""


_steps: dict[str, ClosingStep] = {}


def closing_step(name: str) -> Callable[[ClosingStep], ClosingStep]:
    """Declare how a step is done.

    Raises:
        ValueError: there is no such step, or somebody does it already.
    """
    if name not in STEPS or name in _steps:
        raise ValueError(f"{name} is no step that somebody could still declare.")

    def register(step: ClosingStep) -> ClosingStep:
        _steps[name] = step
        return step

    return register


def list_closing_steps() -> MappingProxyType[str, ClosingStep]:
    """Return how the steps are done, in their order.

    Raises:
        LookupError: nobody does one of them.
    """
    missing = [name for name in STEPS if name not in _steps]
    if missing:
        raise LookupError(f"Nobody does {', '.join(missing)}.")
    return MappingProxyType({name: _steps[name] for name in STEPS})
