"""The report as CSV, XLSX and PDF; a name that looks like a formula stays a text in all of them."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Final

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portals.cells import make_cell
from portals.reports.choice import Comparison, write_month
from portals.reports.formats import FORMATS
from portals.reports.tables import Cell, Table, list_tables

_MARK: Final = "\ufeff"
_WIDEST: Final = 40


def send_comparison(found: Comparison, *, kind: str, brand: str = "") -> HttpResponse:
    """Return a month as a download.

    Args:
        found: the month and the one before.
        kind: one of ``FORMATS``.
        brand: whose month it is, for the document.
    """
    tables = list_tables(found.report, before=found.before)
    month = found.report.month
    title = _("Report of %(month)s") % {"month": write_month(month)}
    answer = HttpResponse(
        _write(tables, kind=kind, title=title, brand=brand), content_type=FORMATS[kind]
    )
    name = f"{slugify(_('report')) or 'report'}-{month}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _write(tables: Sequence[Table], *, kind: str, title: str, brand: str) -> bytes:
    if kind == "csv":
        return write_csv(tables).encode()
    if kind == "xlsx":
        return write_xlsx(tables, title=title)
    from portals.reports.pdf import write_pdf  # noqa: PLC0415  few processes ever print

    return write_pdf(tables, title=title, subtitle=brand)


def write_csv(tables: Sequence[Table]) -> str:
    """Return all tables, each under its title, as the reader's spreadsheet wants them."""
    is_italian = get_language() == "it"
    text = StringIO()
    writer = csv.writer(text, delimiter=";" if is_italian else ",")
    for table in tables:
        writer.writerow([make_cell(table.title)])
        writer.writerow([make_cell(head) for head in table.heads])
        for row in table.rows:
            writer.writerow([_write_plain(cell, comma=is_italian) for cell in row])
        writer.writerow([])
    return _MARK + text.getvalue()


def _write_plain(cell: Cell, *, comma: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | Decimal):
        return str(cell).replace(".", ",") if comma else str(cell)
    return make_cell(cell)


def write_xlsx(tables: Sequence[Table], *, title: str) -> bytes:
    """Return a workbook with a sheet for each table: numbers are numbers, texts only texts."""
    import xlsxwriter  # noqa: PLC0415  few processes ever write one

    content = BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    book.set_properties({"title": title})
    bold = book.add_format({"bold": True, "bottom": 1})
    formats = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        Decimal: book.add_format({"num_format": "#,##0.00"}),
        int: book.add_format({"num_format": "#,##0"}),
    }
    for table in tables:
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(table.heads):
            sheet.write_string(0, column, str(head), bold)
            sheet.set_column(column, column, _measure(table, column))
        for line, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int | Decimal):
                    sheet.write_number(line, column, cell, formats[type(cell)])
                elif isinstance(cell, date):
                    sheet.write_datetime(line, column, cell, formats[date])
                elif cell:
                    sheet.write_string(line, column, cell)
    book.close()
    return content.getvalue()


def _measure(table: Table, column: int) -> int:
    texts = [str(table.heads[column]), *(str(row[column] or "") for row in table.rows)]
    return min(_WIDEST, max(len(text) for text in texts) + 2)
