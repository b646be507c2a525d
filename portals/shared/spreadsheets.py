"""Tables that people open in a spreadsheet: streamed, bounded, and harmless when opened."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, cast

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.text import slugify

from portals.cells import make_cell

ROWS_MAX: Final = 200_000
"""More rows than this are not written into one file: a page asks for a narrower choice."""

_MARK: Final = "\ufeff"
"""Tells Excel that the file is UTF-8."""


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
