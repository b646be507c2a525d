"""Every way in which records can be right or wrong, against a world of records in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tenants.domain_findings import (
    CHECK_NAMES,
    FINDINGS,
    DomainCheck,
    FindingCode,
    explain_findings,
)
from tenants.drivers.dns import Outcome, RecordKind
from tenants.drivers.dns_double import DnsDouble
from tenants.drivers.inspection import Expectation, inspect_domain

A, AAAA, CNAME, TXT, CAA = RecordKind
DOMAIN = "clienti.acme.it"
PROOF = "_portal-challenge.clienti.acme.it"
TARGET = "connect.neutral.net"
WANTED = Expectation(
    domain=DOMAIN,
    challenge="portal-verification=abc",
    target=TARGET,
    addresses=("192.0.2.10", "2001:db8::10"),
    authorities=("letsencrypt.org", "pki.goog"),
)


@pytest.fixture
def world() -> DnsDouble:
    """A world in which everything is right."""
    dns = DnsDouble()
    dns.put(PROOF, TXT, "portal-verification=abc")
    dns.put(DOMAIN, CNAME, TARGET)
    dns.put(TARGET, A, "192.0.2.10")
    dns.put(TARGET, AAAA, "2001:db8::10")
    return dns


def _codes(world: DnsDouble, wanted: Expectation = WANTED) -> dict[str, str]:
    return {one.check.value: one.code.value for one in inspect_domain(world, wanted)}


def _figures(world: DnsDouble, check: DomainCheck) -> dict[str, str]:
    return next(dict(one.figures) for one in inspect_domain(world, WANTED) if one.check == check)


def test_everything_is_right(world: DnsDouble) -> None:
    assert _codes(world) == {"ownership": "ok", "address": "ok", "authority": "ok"}


def test_addresses_in_any_notation_and_other_text_records_do_not_matter(world: DnsDouble) -> None:
    world.put(DOMAIN, CNAME)
    world.put(DOMAIN, AAAA, "2001:0db8:0:0::0010")
    world.put(PROOF, TXT, "v=spf1 -all", " portal-verification=abc ")

    assert set(_codes(world).values()) == {"ok"}


def test_without_own_addresses_the_target_is_looked_up(world: DnsDouble) -> None:
    wanted = replace(WANTED, addresses=())
    right = _codes(world, wanted)["address"]
    world.put(TARGET, A)
    world.put(TARGET, AAAA)
    world.put(DOMAIN, CNAME)
    world.put(DOMAIN, A, "192.0.2.10")

    assert (right, _codes(world, wanted)["address"]) == ("ok", "target_unknown")


def test_an_alias_to_a_target_without_address_is_the_platforms_fault(world: DnsDouble) -> None:
    world.put(TARGET, A)
    world.put(TARGET, AAAA)

    assert _codes(world)["address"] == "target_unknown"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([], "txt_missing"),
        (["portal-verification=other", "x"], "txt_wrong"),
        (["something"], "txt_wrong"),
        (['"portal-verification=abc"'], "txt_wrong"),
    ],
)
def test_proofs(world: DnsDouble, values: list[str], code: str) -> None:
    world.put(PROOF, TXT, *values)

    assert _codes(world)["ownership"] == code


def test_a_proof_whose_provider_added_the_domain_once_more(world: DnsDouble) -> None:
    world.put(PROOF, TXT)
    world.put(f"{PROOF}.acme.it", TXT, "portal-verification=abc")

    assert _codes(world)["ownership"] == "txt_doubled"
    assert _figures(world, DomainCheck.OWNERSHIP)["short"] == "_portal-challenge.clienti"


@pytest.mark.parametrize(
    ("four", "six", "code"),
    [
        (["198.51.100.1"], [], "wrong_target"),
        (["198.51.100.1"], ["2001:db8::66"], "wrong_target"),
        (["192.0.2.10", "198.51.100.1"], [], "mixed_addresses"),
        (["192.0.2.10"], ["2001:db8::66"], "wrong_ipv6"),
        (["104.16.1.1"], [], "proxied"),
        (["192.0.2.10"], ["2606:4700::1"], "proxied"),
        (["192.0.2.10"], [], "ok"),
    ],
)
def test_addresses(world: DnsDouble, four: list[str], six: list[str], code: str) -> None:
    world.put(DOMAIN, CNAME)
    world.put(DOMAIN, A, *four)
    world.put(DOMAIN, AAAA, *six)

    assert _codes(world)["address"] == code


def test_a_name_that_does_not_exist_and_one_without_address(world: DnsDouble) -> None:
    world.put(DOMAIN, CNAME)
    below = _codes(world)["address"]
    world.put(PROOF, TXT)

    assert (below, _codes(world)["address"]) == ("no_address", "name_missing")


def test_an_alias_to_nowhere_has_no_address(world: DnsDouble) -> None:
    world.put(DOMAIN, CNAME, "gone.example.net")

    assert _codes(world)["address"] == "no_address"


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.DNSSEC, "dnssec_broken"),
        (Outcome.LAME, "lame"),
        (Outcome.SERVER_FAILURE, "server_failure"),
        (Outcome.REFUSED, "resolver_refused"),
        (Outcome.TIMEOUT, "timeout"),
    ],
)
def test_failures_of_dns_are_told_apart(world: DnsDouble, outcome: Outcome, code: str) -> None:
    world.failures = {PROOF: outcome, DOMAIN: outcome}

    codes = _codes(world)

    assert (codes["ownership"], codes["address"]) == (code, code)
    assert codes["authority"] == ("dnssec_broken" if code == "dnssec_broken" else "caa_unreadable")


@pytest.mark.parametrize(
    ("name", "values", "code"),
    [
        (DOMAIN, ['0 issue "letsencrypt.org"'], "ok"),
        ("acme.it", ['0 issue "LetsEncrypt.org; accounturi=https://x/1"'], "ok"),
        ("acme.it", ['0 issue "other-ca.example"'], "caa_forbids"),
        ("acme.it", ['0 issue "other-ca.example"', '0 issue "pki.goog"'], "ok"),
        ("acme.it", ['0 issue ";"'], "caa_forbids"),
        ("acme.it", ['0 issuewild ";"', '0 iodef "mailto:x@acme.it"'], "ok"),
        ("acme.it", ['128 strange "x"'], "caa_forbids"),
        ("acme.it", ['0 strange "x"', "no record"], "ok"),
        ("it", ['0 issue "other-ca.example"'], "caa_forbids"),
        ("acme.it", ['0 issue "letsencrypt.org; validationmethods=dns-01"'], "caa_method"),
        ("acme.it", ['0 issue "letsencrypt.org; validationmethods=dns-01,HTTP-01"'], "ok"),
    ],
)
def test_authorities(world: DnsDouble, name: str, values: list[str], code: str) -> None:
    world.put(name, CAA, *values)

    assert _codes(world)["authority"] == code


def test_the_nearest_set_of_caa_records_alone_counts(world: DnsDouble) -> None:
    world.put("acme.it", CAA, '0 issue "other-ca.example"')
    world.put(TARGET, CAA, '0 issue "letsencrypt.org"')

    assert _codes(world)["authority"] == "ok"
    assert ("acme.it", CAA) not in world.asked


def test_an_installation_without_an_authority_asks_nobody(world: DnsDouble) -> None:
    assert "authority" not in _codes(world, replace(WANTED, authorities=()))


def test_what_a_strangers_zone_says_is_shown_short_and_printable(world: DnsDouble) -> None:
    world.put(PROOF, TXT, "portal-verification=\x1b[31m" + "x" * 5_000)

    found = _figures(world, DomainCheck.OWNERSHIP)["found"]

    assert len(found) == 120
    assert found.startswith("portal-verification=?[31mx")


@pytest.mark.parametrize("code", FindingCode)
def test_every_code_has_its_sentences(code: FindingCode) -> None:
    stored = [{"check": "address", "code": code.value, "figures": {}}]

    (finding,) = explain_findings(stored)

    assert finding.cause
    assert finding.is_ok or (finding.remedy and finding.who_name)


def test_the_tables_are_complete() -> None:
    assert set(FINDINGS) == set(FindingCode)
    assert set(CHECK_NAMES) == set(DomainCheck)


@pytest.mark.parametrize("check", DomainCheck)
def test_a_check_that_failed_does_not_claim_what_it_found_missing(check: DomainCheck) -> None:
    passed, failed = explain_findings(
        [
            {"check": check.value, "code": FindingCode.OK.value, "figures": {}},
            {"check": check.value, "code": FindingCode.TXT_MISSING.value, "figures": {}},
        ]
    )

    assert passed.name
    assert failed.name not in {"", passed.name}
