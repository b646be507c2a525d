"""IBANs as people type them."""

from __future__ import annotations

import pytest

from tenants.billing.ibans import IbanWrong, hide_iban, read_iban, write_iban

ITALIAN = "IT60X0542811101000000123456"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (ITALIAN, ITALIAN),
        ("it60 x054 2811 1010 0000 0123 456", ITALIAN),
        ("DE89-3704-0044-0532-0130-00", "DE89370400440532013000"),
        ("NO93 8601 1117 947", "NO9386011117947"),
        ("MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"),
    ],
)
def test_an_iban_is_read_however_it_is_grouped(typed, read) -> None:
    assert read_iban(typed) == read


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "two letters, two digits"),
        ("conto corrente", "two letters, two digits"),
        ("IT60X054281110100000012345", "27 characters, this one has 26"),
        ("IT60X0542811101000000123457", "check digits differ"),
        ("IT06X0542811101000000123456", "check digits differ"),
        ("BR1500000000000010932840814P2", "no transfers in euro"),
        ("IT60X05428111010000001234\uff156", "two letters, two digits"),
    ],
)
def test_a_wrong_iban_is_refused_with_the_reason(typed, said) -> None:
    with pytest.raises(IbanWrong, match=said) as refusal:
        read_iban(typed)

    assert refusal.value.field == "iban"


def test_every_change_of_one_digit_is_noticed() -> None:
    for at in range(2, len(ITALIAN)):
        if ITALIAN[at].isdigit():
            other = str((int(ITALIAN[at]) + 1) % 10)
            with pytest.raises(IbanWrong):
                read_iban(ITALIAN[:at] + other + ITALIAN[at + 1 :])


def test_an_iban_is_written_in_groups_and_hidden_where_many_read() -> None:
    assert write_iban(ITALIAN) == "IT60 X054 2811 1010 0000 0123 456"
    assert hide_iban(ITALIAN) == "IT…3456"
    assert hide_iban("") == ""
