"""What lies in an agency's own schema, as lists that staff looks at: nothing is changed here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from portals.admin.rows import agency, booking, outside, payments, places
from portals.admin.rows.kinds import RowKind

__all__ = ["MODELS", "ROW_KINDS", "RowKind"]

ROW_KINDS: Final[Mapping[str, RowKind]] = MappingProxyType(
    {**agency.KINDS, **places.KINDS, **booking.KINDS, **outside.KINDS, **payments.KINDS}
)
"""By their name in addresses; a guard test asks a place here of every model of an agency."""

MODELS: Final = (*agency.MODELS, *places.MODELS, *booking.MODELS, *outside.MODELS, *payments.MODELS)
