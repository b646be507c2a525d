"""Files of spreadsheet programs are read; what is none is refused with a reason."""

from __future__ import annotations

import pytest

from tenants.customers import import_files
from tenants.customers.import_files import (
    ImportFileInvalid,
    TableRow,
    guess_columns,
    guess_delimiter,
    guess_encoding,
    read_table,
)
from tenants.customers.import_lines import KnownCustomers, check_lines

COLUMNS = {"name": 0, "email": 1, "vat_number": 2, "sdi_code": 3, "pec": 4, "language": 5}
NOBODY = KnownCustomers(by_email={}, by_vat_number={})


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("Società".encode(), "utf-8"),
        ("Società".encode("utf-8-sig"), "utf-8"),
        ("Società".encode("cp1252"), "cp1252"),
        ("Società".encode("utf-16"), "utf-16"),
        (b"", "utf-8"),
    ],
)
def test_guess_encoding(content, encoding):
    assert guess_encoding(content) == encoding


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [("a;b;c,d", ";"), ("a,b", ","), ("a\tb", "\t"), ("a|b\n;;;;", "|"), ("a", ";")],
)
def test_guess_delimiter(text, delimiter):
    assert guess_delimiter(text.encode(), encoding="utf-8") == delimiter


@pytest.mark.parametrize("encoding", import_files.ENCODINGS)
def test_a_table_is_read_with_the_numbers_of_the_sheet(encoding):
    text = "\ufeff" if encoding == "utf-8" else ""
    text += "Nome;Note\r\n Società ;\"a\nb\"\r\n;;\r\n\r\n'=1+1;'ok\r\n"

    table = read_table(text.encode(encoding), encoding=encoding, delimiter=";")

    assert table.heads == ["Nome", "Note"]
    assert [(row.number, list(row.cells)) for row in table.rows] == [
        (2, ["Società", "a\nb"]),
        (5, ["=1+1", "'ok"]),
    ]


@pytest.mark.parametrize(
    ("content", "encoding", "field"),
    [
        (b"", "utf-8", "file"),
        (b"a;b\n", "utf-8", "file"),
        (b";\na;b\n", "utf-8", "file"),
        (b"PK\x03\x04", "utf-8", "file"),
        (b"a\0b;c\nd;e\n", "utf-8", "file"),
        (b"\xe0;b\nc;d\n", "utf-8", "encoding"),
        (b"abc", "utf-16", "encoding"),
        (b"x" * (import_files.BYTES_MAX + 1), "utf-8", "file"),
        (b"a;b\n" + b"c;d\n" * (import_files.ROWS_MAX + 1), "utf-8", "file"),
        (b";".join([b"a"] * 61) + b"\nb\n", "utf-8", "file"),
        (b'a;b\n"' + b"x" * 140_000 + b'"\n', "utf-8", "file"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(content, encoding, field):
    with pytest.raises(ImportFileInvalid) as caught:
        read_table(content, encoding=encoding, delimiter=";")

    assert caught.value.field == field
    assert len(caught.value.message) > 10


def test_columns_are_recognised_in_both_languages():
    heads = ["Ragione sociale", "E-mail", "P. IVA", "Codice SDI", "PEC", "Lingua", "Note", "Altro"]

    assert guess_columns(heads) == {
        "name": 0,
        "email": 1,
        "vat_number": 2,
        "sdi_code": 3,
        "pec": 4,
        "language": 5,
        "notes": 6,
    }
    assert guess_columns(["Name", "E-mail address", "VAT number"]) == {
        "name": 0,
        "email": 1,
        "vat_number": 2,
    }
    assert guess_columns(["", "x"]) == {}


@pytest.mark.parametrize("column", [None, -1, 3])
def test_a_short_line_has_empty_cells(column):
    assert TableRow(number=2, cells=["a"]).read(column) == ""


def check(*cells: list[str], known: KnownCustomers = NOBODY):
    rows = [TableRow(number=number, cells=line) for number, line in enumerate(cells, start=2)]
    return check_lines(rows, columns=COLUMNS, known=known)


def test_values_are_as_the_service_keeps_them():
    (line,) = check(["Bar", "UNO@bar.test", "IT 00743110157", "m5uxcr1", "A@PEC.test", "Italiano"])

    assert line.is_good
    assert line.values == {
        "name": "Bar",
        "email": "uno@bar.test",
        "vat_number": "00743110157",
        "sdi_code": "M5UXCR1",
        "pec": "a@pec.test",
        "language": "it",
        "notes": "",
    }


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["", "a@b.test"], "Name is missing."),
        (["Bar", ""], "E-mail address is missing."),
        (["x" * 121, "a@b.test"], "Name has more than 120 characters."),
        (["Bar", "a@"], "“a@” is not an e-mail address."),
        (["Bar", "a@b.test", "12345"], "This is not a valid VAT number"),
        (["Bar", "a@b.test", "", "x"], "An SDI code has seven letters or digits."),
        (["Bar", "a@b.test", "", "", "pec"], "“pec” is not an e-mail address."),
        (["Bar", "a@b.test", "", "", "", "fr"], "The language is neither “it” nor “en”."),
    ],
)
def test_a_line_that_cannot_be_says_why(cells, reason):
    (line,) = check(cells)

    assert not line.is_good
    assert line.reasons[0].startswith(reason)
    assert not line.is_duplicate


def test_all_reasons_are_told_at_once():
    (line,) = check(["", "x", "1"])

    assert len(line.reasons) == 3


def test_a_company_twice_in_the_file_counts_once():
    lines = check(
        ["Rotto", "uno@bar.test", "1"],
        ["Uno", "uno@bar.test", "00743110157"],
        ["Altro", "UNO@bar.test"],
        ["Terzo", "tre@bar.test", "IT00743110157"],
        ["Copia", "uno@bar.test", "00743110157"],
    )

    assert [line.is_good for line in lines] == [False, True, False, False, False]
    assert [line.reasons for line in lines[2:]] == [["Line 3 is the same."]] * 3
    assert all(line.is_duplicate for line in lines[2:])


def test_a_company_that_exists_is_recognised_by_address_and_number():
    known = KnownCustomers(
        by_email={"uno@bar.test": "Uno"}, by_vat_number={"00743110157": "Uno", "": "Altri"}
    )

    lines = check(
        ["A", "uno@bar.test", "00743110157"], ["B", "b@bar.test", "00743110157"], known=known
    )

    assert [line.reasons for line in lines] == [["It exists already as “Uno”."]] * 2
