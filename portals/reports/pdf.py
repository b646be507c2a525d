"""The report as a document to print: a picture of the occupancy, and all tables.

The letters are those of a font that comes with the library, which has what the languages of
Europe with Latin letters need.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import reportlab
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import CondPageBreak, KeepTogether, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as Grid

from portals.reports.cells import write_cell
from portals.reports.tables import Table

_INK: Final = colors.HexColor("#13161c")
_MUTED: Final = colors.HexColor("#535a68")
_LINE: Final = colors.HexColor("#d5d9e0")
_BAR: Final = colors.HexColor("#30394a")
_PAGE: Final = landscape(A4)
_MARGIN: Final = 15 * mm
_WIDTH: Final = _PAGE[0] - 2 * _MARGIN
_SHORT: Final = 12
"""A table of so many rows is never broken between two pages."""

_ROOM: Final = 70 * mm
"""A longer one begins where it has at least that much of a page."""


def write_pdf(tables: Sequence[Table], *, title: str, subtitle: str) -> bytes:
    """Return a document with a title, the occupancy by day, and the tables."""
    _register_fonts()
    content = BytesIO()
    document = SimpleDocTemplate(
        content,
        pagesize=_PAGE,
        title=title,
        author=subtitle,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
    )
    parts: list[Any] = [
        Paragraph(escape(title), _style(16, bold=True)),
        Spacer(0, 2 * mm),
        Paragraph(escape(subtitle), _style(10, color=_MUTED)),
        Spacer(0, 6 * mm),
    ]
    for table in tables:
        if not table.rows:
            continue
        head = Paragraph(escape(table.title), _style(12, bold=True))
        picture = [_draw(table)] if table.name == "days" else []
        body = [head, Spacer(0, 2 * mm), *picture, _lay_out(table), Spacer(0, 7 * mm)]
        is_short = len(table.rows) <= _SHORT
        parts += [KeepTogether(body)] if is_short else [CondPageBreak(_ROOM), *body]
    document.build(parts, onFirstPage=_number, onLaterPages=_number)
    return content.getvalue()


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    pdfmetrics.registerFont(TTFont("Report", folder / "Vera.ttf"))
    pdfmetrics.registerFont(TTFont("ReportBold", folder / "VeraBd.ttf"))


def _style(
    size: float, *, bold: bool = False, color: colors.Color = _INK, right: bool = False
) -> ParagraphStyle:
    return ParagraphStyle(
        "report",
        fontName="ReportBold" if bold else "Report",
        fontSize=size,
        leading=size * 1.25,
        textColor=color,
        alignment=TA_RIGHT if right else 0,
    )


def _lay_out(table: Table) -> Grid:
    """Set a table: numbers to the right, texts broken in their column, its head on every page."""
    numeric = table.numeric
    heads = [
        Paragraph(escape(str(head)), _style(7, bold=True, right=is_number))
        for head, is_number in zip(table.heads, numeric, strict=True)
    ]
    rows = [
        [
            Paragraph(escape(write_cell(cell)), _style(7, right=is_number))
            for cell, is_number in zip(row, numeric, strict=True)
        ]
        for row in table.rows
    ]
    wide = [_measure(table, column) for column in range(len(table.heads))]
    full = min(_WIDTH, sum(wide) * 2.4 * mm)
    grid = Grid([heads, *rows], colWidths=[full * one / sum(wide) for one in wide], repeatRows=1)
    grid.hAlign = "LEFT"
    grid.setStyle(
        [
            ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
        ]
    )
    return grid


def _measure(table: Table, column: int) -> int:
    """Return how many letters a column needs: its longest word and, to a limit, its cells."""
    words = max(len(word) for word in str(table.heads[column]).split())
    cells = max((len(write_cell(row[column])) for row in table.rows), default=0)
    return max(words + 2, min(cells + 2, 30))


def _draw(table: Table) -> Drawing:
    """Draw the occupancy of each day; the table beneath says the same."""
    days: dict[str, float] = {}
    for row in table.rows:
        if isinstance(row[0], date) and isinstance(row[4], Decimal):
            days[str(row[0].day)] = float(row[4])
    chart = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 24, 16, int(_WIDTH) - 30, 90
    chart.data = [list(days.values())]
    chart.categoryAxis.categoryNames = list(days)
    chart.valueAxis.valueMin, chart.valueAxis.valueMax, chart.valueAxis.valueStep = 0, 100, 25
    chart.valueAxis.labels.fontName = chart.categoryAxis.labels.fontName = "Report"
    chart.valueAxis.labels.fontSize = chart.categoryAxis.labels.fontSize = 6
    chart.valueAxis.labelTextFormat = "%d %%"
    chart.bars[0].fillColor, chart.bars[0].strokeColor = _BAR, None
    drawing = Drawing(_WIDTH, 115)
    drawing.add(chart)
    return drawing


def _number(canvas: Any, document: Any) -> None:
    canvas.setFont("Report", 7)
    canvas.setFillColor(_MUTED)
    canvas.drawRightString(_PAGE[0] - _MARGIN, 8 * mm, str(document.page))
