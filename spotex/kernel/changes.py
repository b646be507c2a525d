"""What a change changed, as the trail shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def list_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return ``{field: [before, after]}`` of the fields whose values differ; ``{}`` for none.

    Args:
        before: the values that the caller was asked to change, as they were.
        after: the same fields, as they are now.
    """
    return {name: [old, after[name]] for name, old in before.items() if old != after[name]}
