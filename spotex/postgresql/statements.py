"""What may travel in one message with the search path, and what may not."""

from __future__ import annotations

import re
from typing import Any, Final

_SPACE: Final = r"(?:\s|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*"
_TRANSACTION: Final = re.compile(
    _SPACE + r"(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|PREPARE\s+TRANSACTION)\b",
    re.IGNORECASE | re.DOTALL,
)
_ALONE: Final = re.compile(
    _SPACE
    + r"""(?:
        VACUUM | REINDEX | CLUSTER | CALL | DO | ALTER\s+SYSTEM
        | (?:CREATE|ALTER|DROP)\s+(?:DATABASE|TABLESPACE|SUBSCRIPTION)
        | (?:CREATE|DROP)\s+(?:UNIQUE\s+)?INDEX\s+CONCURRENTLY
        | ALTER\s+TABLE\b.*\bCONCURRENTLY
    )\b""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_UNSETTLING: Final = re.compile(r"\b(?:ROLLBACK|ABORT|RESET|DISCARD|search_path)\b", re.IGNORECASE)


def is_transaction_control(statement: str) -> bool:
    """Tell whether a statement begins, divides or ends a transaction: it names no table."""
    return _TRANSACTION.match(statement) is not None


def must_stand_alone(statement: str) -> bool:
    """Tell whether PostgreSQL refuses, or may refuse, this statement inside a transaction.

    Several statements in one message are a transaction.
    """
    return _ALONE.match(statement) is not None


def may_unsettle(statement: Any) -> bool:
    """Tell whether a statement may have changed the search path back; says yes too often."""
    return (
        _UNSETTLING.search(statement if isinstance(statement, str) else str(statement)) is not None
    )
