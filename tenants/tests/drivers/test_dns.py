"""One contract for who is asked: the double, and the real client against a real server."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tenants.drivers import dns_wire
from tenants.drivers.dns import Dns, Outcome, RecordKind
from tenants.drivers.dns_double import DnsDouble
from tenants.drivers.dns_wire import WireDns, _list_system_resolvers, _split
from tenants.tests.drivers.wire_server import serving

A, AAAA, CNAME, TXT, CAA = RecordKind
LONG = 'portal-verification="' + "x" * 600


@pytest.fixture
def world() -> DnsDouble:
    """A few records, and names that fail."""
    dns = DnsDouble()
    dns.put("acme.it", A, "192.0.2.1", "192.0.2.2")
    dns.put("acme.it", AAAA, "2001:db8::1")
    dns.put("acme.it", TXT, "v=spf1 -all", LONG)
    dns.put("acme.it", CAA, '0 issue "ca.example"')
    dns.put("www.acme.it", CNAME, "edge.acme.it")
    dns.put("edge.acme.it", CNAME, "acme.it")
    dns.put("nowhere.acme.it", CNAME, "gone.acme.it")
    for outcome in Outcome:
        if outcome not in {Outcome.FOUND, Outcome.EMPTY, Outcome.NO_NAME}:
            dns.failures[f"{outcome.value.replace('_', '-')}.it"] = outcome
    return dns


@pytest.fixture(params=["double", "wire"])
def dns(request: pytest.FixtureRequest, world: DnsDouble, monkeypatch) -> Iterator[Dns]:
    """Who is asked."""
    if request.param == "double":
        yield world
        return
    monkeypatch.setattr(dns_wire, "QUESTION_SECONDS", 0.5)
    with serving(world) as address:
        yield WireDns([address])


def test_records_are_found(dns: Dns) -> None:
    assert sorted(dns.look_up("acme.it", A).values) == ["192.0.2.1", "192.0.2.2"]
    assert list(dns.look_up("acme.it", AAAA).values) == ["2001:db8::1"]
    assert list(dns.look_up("acme.it", CAA).values) == ['0 issue "ca.example"']
    assert sorted(dns.look_up("acme.it", TXT).values) == [LONG, "v=spf1 -all"]


def test_aliases_are_followed_and_named(dns: Dns) -> None:
    answer = dns.look_up("www.acme.it", A)

    assert (answer.outcome, list(answer.aliases)) == (Outcome.FOUND, ["edge.acme.it", "acme.it"])
    assert len(answer.values) == 2


def test_nothing_is_told_from_nobody(dns: Dns) -> None:
    assert dns.look_up("edge.acme.it", CAA).outcome == Outcome.FOUND
    assert dns.look_up("it", A).outcome == Outcome.EMPTY
    assert dns.look_up("other.test", A).outcome == Outcome.NO_NAME
    gone = dns.look_up("nowhere.acme.it", A)
    assert (gone.outcome, list(gone.aliases)) == (Outcome.NO_NAME, ["gone.acme.it"])


@pytest.mark.parametrize(
    "outcome",
    [Outcome.DNSSEC, Outcome.LAME, Outcome.SERVER_FAILURE, Outcome.REFUSED, Outcome.TIMEOUT],
)
def test_failures_are_told_apart(dns: Dns, outcome: Outcome) -> None:
    answer = dns.look_up(f"{outcome.value.replace('_', '-')}.it", A)

    assert answer.outcome == outcome
    assert not answer.is_certain


def test_a_chain_without_end_is_a_failure(world: DnsDouble) -> None:
    world.put("a.it", CNAME, "b.it")
    world.put("b.it", CNAME, "a.it")

    assert world.look_up("a.it", A).outcome == Outcome.SERVER_FAILURE
    with serving(world) as address:
        assert not WireDns([address]).look_up("a.it", A).is_certain


def test_the_next_resolver_is_asked_when_one_is_silent_or_refuses(world: DnsDouble) -> None:
    refusing = DnsDouble(failures={"acme.it": Outcome.REFUSED})
    with serving(refusing) as first, serving(world) as second:
        assert WireDns(["127.0.0.1:1", first, second]).look_up("acme.it", A).values


def test_a_spent_budget_ends_every_look_up(world: DnsDouble) -> None:
    with serving(world) as address:
        client = WireDns([address], budget_seconds=0)
        began = time.monotonic()

        assert client.look_up("acme.it", A).outcome == Outcome.TIMEOUT
        assert time.monotonic() - began < 60
    assert world.asked == []


def test_a_name_that_cannot_be_written_is_nobody(world: DnsDouble) -> None:
    assert WireDns(["127.0.0.1:1"]).look_up("a" * 64 + ".it", A).outcome == Outcome.NO_NAME


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("[2001:db8::1]", ("2001:db8::1", 53)),
        ("[2001:db8::1]:5353", ("2001:db8::1", 5353)),
    ],
)
def test_resolvers_are_written_in_several_ways(text: str, server: tuple[str, int]) -> None:
    assert _split(text) == server


def test_without_resolvers_those_of_the_system_are_asked(monkeypatch) -> None:
    monkeypatch.setattr("dns.resolver.Resolver", _raise)

    assert list(_list_system_resolvers()) == []


def _raise() -> None:
    import dns.resolver

    raise dns.resolver.NoResolverConfiguration
