"""Cells of tables that people open in a spreadsheet, harmless when opened.

A cell that begins like a formula is one for Excel, LibreOffice and Google Sheets, whoever wrote
it; an apostrophe before it makes it text again.

Source: OWASP, CSV Injection.
"""

from __future__ import annotations

from typing import Final

_WIDE: Final = "\uff1d\uff0b\uff0d\uff20"
"""The full-width forms of the signs, which some spreadsheets read as the plain ones."""

_FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", *_WIDE)


def make_cell(value: object) -> str:
    """Return a value as the text of a cell that no spreadsheet calculates."""
    text = "" if value is None else str(value).replace("\0", "")
    is_formula = text.lstrip(" ").startswith(_FORMULA_BEGINS)
    return f"'{text}" if is_formula else text
