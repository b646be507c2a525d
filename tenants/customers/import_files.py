"""Files with customers: how their bytes become heads and rows. Nothing here is stored.

What a spreadsheet program writes differs in encoding and separator; both are guessed and may be
corrected by whoever sends the file.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext as _

from spotex.kernel.errors import RuleViolation

BYTES_MAX: Final = 1024 * 1024
ROWS_MAX: Final = 2_000
COLUMNS_MAX: Final = 60

ENCODINGS: Final = ("utf-8", "cp1252", "utf-16")
DELIMITERS: Final = (";", ",", "\t", "|")

FIELDS: Final = ("name", "email", "vat_number", "sdi_code", "pec", "language", "notes")
REQUIRED_FIELDS: Final = ("name", "email")

_WORDS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "name": frozenset({"name", "nome", "ragionesociale", "azienda", "company", "cliente"}),
        "email": frozenset({"email", "mail", "emailaddress", "indirizzoemail", "postaelettronica"}),
        "vat_number": frozenset({"vatnumber", "vat", "partitaiva", "piva", "vatid"}),
        "sdi_code": frozenset({"sdicode", "sdi", "codicesdi", "codicedestinatario"}),
        "pec": frozenset({"pec", "pecaddress", "indirizzopec", "emailpec"}),
        "language": frozenset(
            {"language", "lingua", "languageofmails", "linguadellemail", "linguadelleemail"}
        ),
        "notes": frozenset({"notes", "note", "annotazioni", "commenti"}),
    },
)
"""Heads by which a column is recognised, without case, blanks and signs."""

_FORMULA: Final = re.compile(r"^'(?=[ ]*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])")
"""The apostrophe that our own files put before a cell that looks like a formula."""


class ImportFileInvalid(RuleViolation):
    """The file cannot be read as a table."""

    code = "file_invalid"


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One line; ``number`` is that of the spreadsheet, where the heads are line 1."""

    number: int
    cells: Sequence[str]

    def read(self, column: int | None) -> str:
        """Return a cell without blanks around it, ``""`` where the line ends before it."""
        if column is None or not 0 <= column < len(self.cells):
            return ""
        return self.cells[column]


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a file holds."""

    heads: Sequence[str]
    rows: Sequence[TableRow]


def guess_encoding(content: bytes) -> str:
    """Return the encoding in which the bytes make sense."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def guess_delimiter(content: bytes, *, encoding: str) -> str:
    """Return the sign that divides the first line into most columns."""
    first = content.decode(encoding, "replace").lstrip("\ufeff\r\n").partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def read_table(content: bytes, *, encoding: str, delimiter: str) -> Table:
    """Return the heads and the lines that are not empty.

    Raises:
        ImportFileInvalid: too large, no text, no lines, or too many.
    """
    text = _decode(content, encoding=encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        lines = [[_clean(cell) for cell in line] for line in reader]
    except csv.Error as error:
        raise ImportFileInvalid(
            _("Line %(number)s cannot be read: a quotation mark may be missing.")
            % {"number": reader.line_num},
            field="file",
        ) from error
    rows = [
        TableRow(number=number, cells=cells)
        for number, cells in enumerate(lines[1:], start=2)
        if any(cells)
    ]
    heads = lines[0] if lines else []
    _require_size(heads, rows)
    return Table(heads=heads, rows=rows)


def _decode(content: bytes, *, encoding: str) -> str:
    if len(content) > BYTES_MAX:
        raise ImportFileInvalid(_("The file is larger than 1 MB."), field="file")
    if content.startswith(b"PK"):
        raise ImportFileInvalid(
            _("This is a workbook. Save the sheet as CSV and send that file."), field="file"
        )
    try:
        text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeError as error:
        raise ImportFileInvalid(
            _("The file is not written in this encoding. Choose another one."), field="encoding"
        ) from error
    if "\0" in text:
        raise ImportFileInvalid(_("This is not a text file."), field="file")
    return text


def _clean(cell: str) -> str:
    return _FORMULA.sub("", cell.strip()).strip()


def _require_size(heads: Sequence[str], rows: Sequence[TableRow]) -> None:
    if not any(heads) or not rows:
        raise ImportFileInvalid(
            _("The file needs a first line with the names of the columns, and lines below it."),
            field="file",
        )
    if len(heads) > COLUMNS_MAX:
        raise ImportFileInvalid(
            _("The file has more than %(most)s columns.") % {"most": COLUMNS_MAX}, field="file"
        )
    if len(rows) > ROWS_MAX:
        raise ImportFileInvalid(
            _("The file has more than %(most)s lines. Divide it.") % {"most": ROWS_MAX},
            field="file",
        )


def guess_columns(heads: Sequence[str]) -> dict[str, int]:
    """Return the columns that are recognised by their heads: field → index."""
    words = [re.sub(r"[\W_]", "", head.lower()) for head in heads]
    found: dict[str, int] = {}
    for field, known in _WORDS.items():
        index = next((number for number, word in enumerate(words) if word in known), None)
        if index is not None:
            found[field] = index
    return found
