"""Unfold's two decorators, with types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from unfold import decorators

Method = TypeVar("Method", bound=Callable[..., Any])


def display(**options: Any) -> Callable[[Method], Method]:
    """Mark a method as a column: ``description``, ``ordering``, ``label`` (value → tone)."""
    return cast("Callable[[Method], Method]", decorators.display(**options))


def action(**options: Any) -> Callable[[Method], Method]:
    """Mark a method as an action on one row: ``description``, ``icon``, ``permissions``."""
    return cast("Callable[[Method], Method]", decorators.action(**options))
