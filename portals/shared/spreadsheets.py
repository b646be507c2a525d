"""Tables that people open in a spreadsheet: streamed, bounded, and harmless when opened.

A cell that begins like a formula is one for Excel, LibreOffice and Google Sheets, whoever wrote
it; an apostrophe before it makes it text again.

Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, cast

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.text import slugify

ROWS_MAX: Final = 200_000
"""More rows than this are not written into one file: a page asks for a narrower choice."""

_MARK: Final = "\ufeff"
"""Tells Excel that the file is UTF-8."""

_WIDE: Final = "\uff1d\uff0b\uff0d\uff20"
"""The full-width forms of the signs, which some spreadsheets read as the plain ones."""

_FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", *_WIDE)


def make_cell(value: object) -> str:
    """Return a value as the text of a cell that no spreadsheet calculates."""
    text = "" if value is None else str(value).replace("\0", "")
    is_formula = text.lstrip(" ").startswith(_FORMULA_BEGINS)
    return f"'{text}" if is_formula else text


class _Line:
    """A file of one line, for the standard library's writer."""

    def write(self, text: str) -> str:
        return text


def stream_csv(
    rows: Iterable[Iterable[object]],
    *,
    heads: Iterable[object],
    name: str,
    delimiter: str = ",",
    has_mark: bool = True,
) -> HttpResponse:
    """Return a download that is written while it is sent.

    Args:
        rows: the cells of each line.
        heads: the first line.
        name: of the file, without its ending.
        delimiter: between cells; Excel wants a semicolon where the decimal sign is a comma.
        has_mark: begin with the sign by which Excel knows UTF-8; programs do without.
    """
    lines = _write_lines([heads], delimiter=delimiter), _write_lines(rows, delimiter=delimiter)
    answer = StreamingHttpResponse(
        chain([_MARK] if has_mark else [], *lines), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{slugify(name) or "export"}.csv"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Accel-Buffering"] = "no"
    return cast("HttpResponse", answer)  # what middleware and doors make of both is the same


def _write_lines(rows: Iterable[Iterable[object]], *, delimiter: str) -> Iterator[str]:
    writer = csv.writer(_Line(), delimiter=delimiter)
    for row in rows:
        yield str(writer.writerow([make_cell(value) for value in row]))
