from __future__ import annotations

import pytest

from tenants.domain_names import (
    DOMAIN_MAX_LENGTH,
    DomainUnfit,
    clean_domain,
    list_records,
    read_domain,
    registrable_part,
)

RESERVED = ("spotexsrl.com", "connect.neutral.net")


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("clienti.acme.it", "clienti.acme.it"),
        ("  Clienti.ACME.it. ", "clienti.acme.it"),
        ("città.it", "xn--citt-3na.it"),
        ("CITTÀ.it", "xn--citt-3na.it"),
        ("xn--citt-3na.it", "xn--citt-3na.it"),
        ("straße.de", "xn--strae-oqa.de"),
        ("acme.co.uk", "acme.co.uk"),
        ("notspotexsrl.com", "notspotexsrl.com"),
        ("net.neutral.net", "net.neutral.net"),
    ],
)
def test_a_domain_has_one_stored_form(typed: str, stored: str) -> None:
    assert clean_domain(typed, reserved=RESERVED) == stored


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("192.0.2.1", "address"),
        ("[2001:db8::1]", "address"),
        ("2001:db8::1", "address"),
        ("", "shape"),
        (".", "shape"),
        ("https://acme.it", "shape"),
        ("acme.it/path", "shape"),
        ("acme.it:443", "shape"),
        ("acme..it", "shape"),
        ("-acme.it", "shape"),
        ("ac_me.it", "shape"),
        ("*.acme.it", "shape"),
        ("acme it", "shape"),
        ("acme.it\0", "shape"),
        ("a" * 64 + ".it", "shape"),
        ("acme.123", "shape"),
        (".".join(["a" * 50] * 4) + ".it", "length"),
        ("acme", "suffix"),
        ("it", "suffix"),
        ("co.uk", "suffix"),
        ("github.io", "suffix"),
        ("acme.localhost", "special"),
        ("printer.local", "special"),
        ("1.0.0.127.in-addr.arpa", "special"),
        ("spotexsrl.com", "platform"),
        ("x.y.SpotexSRL.com", "platform"),
        ("connect.neutral.net", "platform"),
    ],
)
def test_what_cannot_be_somebodys_own_is_refused(typed: str, why: str) -> None:
    with pytest.raises(DomainUnfit, match=why):
        clean_domain(typed, reserved=RESERVED)


def test_names_of_our_records_fit_in_front_of_the_longest_domain() -> None:
    longest = ".".join(["a" * 62] * 3) + ".it"

    assert len(longest) <= DOMAIN_MAX_LENGTH
    assert len(f"_portal-challenge.{longest}") <= 253


def test_people_read_their_own_letters() -> None:
    assert read_domain("xn--citt-3na.it") == "città.it"
    assert read_domain("xn--\udcff.it") == "xn--\udcff.it"


def test_what_somebody_registered() -> None:
    assert registrable_part("a.b.acme.co.uk") == "acme.co.uk"
    assert registrable_part("co.uk") == ""


def test_a_name_below_the_registered_domain_gets_a_cname() -> None:
    proof, way = list_records(
        "clienti.acme.it", challenge="x=1", target="connect.neutral.net", addresses=("192.0.2.1",)
    )

    assert (proof.kind, proof.name, proof.short_name, proof.value) == (
        "TXT",
        "_portal-challenge.clienti.acme.it",
        "_portal-challenge.clienti",
        "x=1",
    )
    assert (way.kind, way.short_name, way.value) == ("CNAME", "clienti", "connect.neutral.net.")


def test_a_registered_domain_gets_addresses_because_a_cname_excludes_its_other_records() -> None:
    proof, four, six = list_records(
        "acme.it", challenge="x", target="t.net", addresses=("192.0.2.1", "2001:db8::1")
    )

    assert proof.short_name == "_portal-challenge"
    assert (four.kind, four.short_name, four.value) == ("A", "@", "192.0.2.1")
    assert (six.kind, six.value) == ("AAAA", "2001:db8::1")


def test_without_known_addresses_a_registered_domain_gets_an_alias() -> None:
    _, way = list_records("acme.it", challenge="x", target="t.net", addresses=())

    assert (way.kind, way.value) == ("ALIAS", "t.net.")


def test_no_record_names_the_platform() -> None:
    records = list_records(
        "acme.it", challenge="portal-verification=ab", target="t.net", addresses=()
    )

    assert "spotex" not in repr(records).lower()
