"""What follows from what DNS says, move by move."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from spotex.kernel.actor import Actor
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.domain_names import challenge_name, challenge_value
from tenants.drivers.dns import Outcome, RecordKind
from tenants.drivers.dns_choice import choose_dns
from tenants.drivers.dns_double import WORLD, DnsDouble
from tenants.drivers.dns_wire import WireDns
from tenants.due_handlers import certify_due_domain, check_due_domain
from tenants.hosts import resolve_host
from tenants.models import Agency, Domain, DueWork, Plan
from tenants.services.domain_checks import (
    FAILURES_THAT_BREAK,
    PASSING_FAILURES_THAT_BREAK,
    check_domain,
    check_domain_now,
    compute_next_check,
)
from tenants.services.domains import CERTIFY, CHECK, add_domain, remove_domain
from tenants.states import DomainState, PortalName
from tenants.tests.factories import NOON

NAME = "clienti.acme.it"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def world() -> Iterator[DnsDouble]:
    """Records in memory, empty again afterwards."""
    yield WORLD
    WORLD.records.clear()
    WORLD.failures.clear()
    WORLD.asked.clear()


@pytest.fixture
def domain(in_agency: Agency, owner_actor: Actor) -> Domain:
    """A domain that waits for its records."""
    Plan.objects.update(custom_domains=10)
    return add_domain(actor=owner_actor, domain=NAME, portal=PortalName.CUSTOMER, at=NOON)


def _set_records(domain: Domain) -> None:
    name, value = challenge_name(domain.domain), challenge_value(domain.challenge)
    before = WORLD.records.get((name, RecordKind.TXT), [])
    WORLD.put(name, RecordKind.TXT, *before, value)
    WORLD.put(domain.domain, RecordKind.A, "192.0.2.10")


def _check(domain: Domain, *, at=NOON) -> Domain:
    with agency_scope(PUBLIC_SCHEMA):
        checked = check_domain(domain.public_id, at=at)
    assert checked is not None
    return checked


def _break(domain: Domain, *, at=NOON) -> Domain:
    WORLD.records.clear()
    for _ in range(FAILURES_THAT_BREAK):
        domain = _check(domain, at=at)
    return domain


def _count(event: str) -> int:
    return ActivityEntry.objects.filter(event=f"tenants.domain.{event}").count()


def test_missing_records_leave_it_waiting_with_the_reasons(domain: Domain) -> None:
    checked = _check(domain)

    assert (checked.state, checked.failures, checked.checked_at) == ("PENDING", 1, NOON)
    assert [one["code"] for one in checked.findings] == ["txt_missing", "name_missing", "ok"]


def test_right_records_make_it_live(domain: Domain, in_agency: Agency) -> None:
    assert resolve_host(NAME) is None
    _set_records(domain)

    checked = _check(domain)

    in_agency.refresh_from_db()
    assert (checked.state, checked.verified_at, checked.failures) == ("LIVE", NOON, 0)
    assert in_agency.customer_host == NAME
    assert resolve_host(NAME).agency.slug == "acme"
    assert _count("verified") == 1
    assert DueWork.objects.filter(kind=CERTIFY, key=domain.public_id).exists()
    assert _check(checked, at=NOON + DAY).verified_at == NOON


def test_the_first_to_prove_wins_and_the_other_is_told_no_more_than_that(
    domain: Domain, other_agency: Agency, other_actor: Actor
) -> None:
    with agency_scope(other_agency):
        rival = add_domain(actor=other_actor, domain=NAME, portal=PortalName.AGENCY, at=NOON)
    _set_records(domain)
    _set_records(rival)

    with agency_scope(PUBLIC_SCHEMA):
        first = check_domain(rival.public_id, at=NOON)
    second = _check(domain)

    assert (first.state, second.state) == ("LIVE", "PENDING")
    assert second.findings[0]["code"] == "taken"
    assert resolve_host(NAME).agency.slug == "beta"


def test_one_failed_check_of_a_live_domain_changes_nothing_two_break_it(
    domain: Domain, in_agency: Agency
) -> None:
    _set_records(domain)
    live = _check(domain)
    WORLD.records.clear()

    once = _check(live)
    twice = _check(once)

    in_agency.refresh_from_db()
    assert (once.state, twice.state, twice.broken_at) == ("LIVE", "BROKEN", NOON)
    assert in_agency.customer_host == ""
    assert resolve_host(NAME) is not None
    assert _count("broken") == 1


def test_servers_that_do_not_answer_break_it_later(domain: Domain) -> None:
    _set_records(domain)
    live = _check(domain)
    WORLD.failures[NAME] = Outcome.TIMEOUT
    WORLD.failures[challenge_name(NAME)] = Outcome.SERVER_FAILURE
    WORLD.put("it", RecordKind.CAA, '0 issue "letsencrypt.org"')
    codes = set()
    for _ in range(PASSING_FAILURES_THAT_BREAK - 1):
        live = _check(live)
        codes |= {one["code"] for one in live.findings}
    assert live.state == "BROKEN"  # unreadable CAA records are no moment's trouble
    assert "caa_unreadable" in codes


def test_a_timeout_alone_is_waited_out(domain: Domain, settings) -> None:
    settings.SPOTEX_CA_DOMAINS = []
    _set_records(domain)
    live = _check(domain)
    WORLD.failures[NAME] = Outcome.TIMEOUT

    states = [_check(live).state for _ in range(PASSING_FAILURES_THAT_BREAK)]

    assert states == ["LIVE"] * (PASSING_FAILURES_THAT_BREAK - 1) + ["BROKEN"]


def test_a_repaired_domain_is_live_again_and_links_use_it(
    domain: Domain, in_agency: Agency
) -> None:
    _set_records(domain)
    broken = _break(_check(domain))
    _set_records(domain)

    repaired = _check(broken, at=NOON + DAY)

    in_agency.refresh_from_db()
    assert (repaired.state, repaired.broken_at, repaired.verified_at) == ("LIVE", None, NOON)
    assert in_agency.customer_host == NAME


def test_a_domain_that_stays_broken_is_switched_off_after_the_grace(domain: Domain) -> None:
    _set_records(domain)
    broken = _break(_check(domain))
    early = _check(broken, at=NOON + 7 * DAY - timedelta(seconds=1))

    lapsed = _check(early, at=NOON + 7 * DAY)

    assert (early.state, lapsed.state, lapsed.verified_at) == ("BROKEN", "LAPSED", None)
    assert resolve_host(NAME) is None
    assert not DueWork.objects.filter(kind=CERTIFY, key=domain.public_id).exists()
    _set_records(domain)
    assert _check(lapsed, at=NOON + 8 * DAY).state == "LIVE"


def test_what_lapsed_can_be_proved_by_somebody_else(
    domain: Domain, other_agency: Agency, other_actor: Actor
) -> None:
    _set_records(domain)
    _check(_break(_check(domain)), at=NOON + 7 * DAY)

    with agency_scope(other_agency):
        theirs = add_domain(actor=other_actor, domain=NAME, portal=PortalName.AGENCY, at=NOON)
    _set_records(theirs)

    assert _check(theirs).state == "LIVE"


def test_a_removed_domain_is_nothing_to_check(domain: Domain, owner_actor: Actor) -> None:
    remove_domain(domain, actor=owner_actor)

    assert check_domain(domain.public_id, at=NOON) is None
    assert check_due_domain(key=domain.public_id, agency_id=None, at=NOON) is None
    assert certify_due_domain(key=domain.public_id, agency_id=None, at=NOON) is None
    check_domain_now(domain.public_id, at=NOON)
    assert not DueWork.objects.filter(kind=CHECK).exists()


def test_a_domain_removed_during_the_look_up_stays_removed(domain: Domain, monkeypatch) -> None:
    class Slow(DnsDouble):
        def look_up(self, name, kind):
            Domain.objects.filter(pk=domain.pk).delete()
            return super().look_up(name, kind)

    monkeypatch.setattr("tenants.services.domain_checks.choose_dns", Slow)

    assert check_domain(domain.public_id, at=NOON) is None


def test_no_transaction_is_open_during_a_look_up(domain: Domain, monkeypatch) -> None:
    from django.db import connection

    depths = []

    class Nosy(DnsDouble):
        def look_up(self, name, kind):
            depths.append(len(connection.savepoint_ids))
            return super().look_up(name, kind)

    before = len(connection.savepoint_ids)
    monkeypatch.setattr("tenants.services.domain_checks.choose_dns", Nosy)
    check_domain(domain.public_id, at=NOON)

    assert set(depths) == {before}


@pytest.mark.parametrize(
    ("state", "failures", "age", "broken", "expected"),
    [
        (DomainState.PENDING, 1, timedelta(minutes=5), None, timedelta(minutes=2)),
        (DomainState.PENDING, 9, timedelta(hours=5), None, timedelta(minutes=15)),
        (DomainState.PENDING, 9, 3 * DAY, None, timedelta(hours=2)),
        (DomainState.PENDING, 9, 20 * DAY, None, timedelta(hours=12)),
        (DomainState.PENDING, 9, 31 * DAY, None, None),
        (DomainState.LIVE, 0, DAY, None, DAY),
        (DomainState.LIVE, 1, DAY, None, timedelta(minutes=10)),
        (DomainState.BROKEN, 3, DAY, timedelta(0), timedelta(hours=1)),
        (DomainState.BROKEN, 3, DAY, 7 * DAY - timedelta(minutes=30), timedelta(minutes=30)),
        (DomainState.BROKEN, 3, DAY, 8 * DAY, timedelta(minutes=10)),
        (DomainState.LAPSED, 9, DAY, None, None),
    ],
)
def test_when_the_next_look_is(state, failures, age, broken, expected) -> None:
    at = timezone.now()
    domain = Domain(
        state=state,
        failures=failures,
        created_at=at - age,
        broken_at=None if broken is None else at - broken,
    )

    following = compute_next_check(domain, at=at)

    assert following == (None if expected is None else at + expected)


def test_the_handler_makes_the_next_appointment(domain: Domain) -> None:
    created = domain.created_at

    again = check_due_domain(key=domain.public_id, agency_id=None, at=created)
    check_domain_now(domain.public_id, at=created)

    assert again == created + timedelta(minutes=2)
    assert DueWork.objects.get(kind=CHECK, key=domain.public_id).due_at == again


def test_outside_tests_real_servers_are_asked(settings) -> None:
    settings.SPOTEX_DNS_DRIVER = "wire"

    assert isinstance(choose_dns(), WireDns)
