from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spotex.kernel.errors import RuleViolation
from tenants.customers.italian import (
    SdiCodeInvalid,
    VatNumberInvalid,
    normalize_sdi_code,
    normalize_vat_number,
)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("", ""),
        ("  ", ""),
        ("IT", ""),
        ("00743110157", "00743110157"),
        ("IT00743110157", "00743110157"),
        (" it 0074.3110-157 ", "00743110157"),
        ("de 123456789", "DE123456789"),
        ("FRXX999999999", "FRXX999999999"),
    ],
)
def test_normalize_vat_number(text: str, stored: str) -> None:
    assert normalize_vat_number(text) == stored


@pytest.mark.parametrize(
    "text",
    [
        "00743110158",
        "0074311015",
        "007431101577",
        "IT123",
        "ITIT00743110157",
        "D1",
        "DE1",
        "DE12345678901234",
        "٠٠٧٤٣١١٠١٥٧",
        "abc",
        "0074311O157",
        "<script>",
        "\x00",
    ],
)
def test_normalize_vat_number_refuses(text: str) -> None:
    with pytest.raises(VatNumberInvalid) as caught:
        normalize_vat_number(text)

    assert (caught.value.field, caught.value.code) == ("vat_number", "vat_number_invalid")


@given(st.integers(0, 10**10 - 1))
def test_of_ten_check_digits_exactly_one_is_right(stem: int) -> None:
    right = []
    for digit in range(10):
        number = f"{stem:010}{digit}"
        try:
            right.append(normalize_vat_number(number))
        except VatNumberInvalid:
            continue

    assert len(right) == 1


@given(st.text())
def test_any_text_is_stored_in_a_form_that_stays(text: str) -> None:
    for normalize, longest in ((normalize_vat_number, 16), (normalize_sdi_code, 7)):
        try:
            stored = normalize(text)
        except RuleViolation:
            continue
        assert normalize(stored) == stored
        assert len(stored) <= longest


@pytest.mark.parametrize(
    ("text", "stored"), [("", ""), (" m5uxcr1 ", "M5UXCR1"), ("0000000", "0000000")]
)
def test_normalize_sdi_code(text: str, stored: str) -> None:
    assert normalize_sdi_code(text) == stored


@pytest.mark.parametrize("text", ["ABCDEF", "ABCDEFGH", "ABC DEF", "ABCDEFÀ", "ABCDEF\n7"])
def test_normalize_sdi_code_refuses(text: str) -> None:
    with pytest.raises(SdiCodeInvalid) as caught:
        normalize_sdi_code(text)

    assert (caught.value.field, caught.value.code) == ("sdi_code", "sdi_code_invalid")
