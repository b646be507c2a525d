"""What lies in an agency's own schema, as lists that staff looks at: nothing is changed here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from portals.admin.rows import agency, booking, equipment, outside, payments, places
from portals.admin.rows import credits as credit_rows
from portals.admin.rows.kinds import RowKind

__all__ = ["MODELS", "ROW_KINDS", "RowKind"]

_PARTS: Final = (agency, places, booking, equipment, credit_rows, outside, payments)

ROW_KINDS: Final[Mapping[str, RowKind]] = MappingProxyType(
    {name: kind for part in _PARTS for name, kind in part.KINDS.items()}
)
"""By their name in addresses; a guard test asks a place here of every model of an agency."""

MODELS: Final = tuple(model for part in _PARTS for model in part.MODELS)
