"""One cell of a report as people read it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from babel.numbers import format_decimal
from django.utils.translation import get_language

from portals.reports.tables import Cell


def write_cell(cell: Cell) -> str:
    """Return a cell as people read it in their language."""
    if cell is None:
        return ""
    if isinstance(cell, int | Decimal):
        pattern = "#,##0" if isinstance(cell, int) else f"#,##0.{'0' * _places(cell)}"
        return str(format_decimal(cell, format=pattern, locale=(get_language() or "it")[:2]))
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell


def _places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0
