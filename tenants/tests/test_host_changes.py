"""A changed agency is seen by all processes: real threads, a real second process, real Redis."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.db import connection

from spotex.kernel.tenancy import agency_scope
from tenants import hosts
from tenants.access import system_actor
from tenants.domain_names import challenge_name, challenge_value
from tenants.drivers.dns import RecordKind
from tenants.drivers.dns_double import WORLD
from tenants.hosts import (
    CAPACITY,
    CHANNEL,
    UNKNOWN_CAPACITY,
    HostRoute,
    _Memory,
    forget_hosts,
    host_of,
    platform_host,
    resolve_host,
    snapshot_of,
    url_for,
)
from tenants.models import Agency, Domain
from tenants.services.branding import change_branding
from tenants.services.domain_checks import check_domain
from tenants.services.domains import add_domain, change_domain, remove_domain
from tenants.states import PortalName
from tenants.tests.factories import NOON

PATIENCE_SECONDS = 20
ROUTE = HostRoute(host="x.test", portal=PortalName.PUBLIC)


def _wait_until(condition) -> None:
    waiting = threading.Event()
    for _ in range(PATIENCE_SECONDS * 50):
        if condition():
            return
        waiting.wait(0.02)
    pytest.fail("waited in vain")


def _server() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL)


def test_an_answer_is_dropped_when_something_changed_meanwhile() -> None:
    memory = _Memory()
    version = memory.version
    memory.clear()

    memory.put("x.test", ROUTE, version=version)

    assert memory.get("x.test") == (False, None)


def test_invented_hosts_push_out_no_real_one() -> None:
    memory = _Memory()
    memory.put("x.test", ROUTE, version=memory.version)

    for number in range(CAPACITY + 10):
        memory.put(f"{number}.test", None, version=memory.version)

    assert memory.get("x.test") == (True, ROUTE)
    assert memory.get(f"{CAPACITY + 9}.test") == (True, None)
    assert memory.get(f"{CAPACITY + 9 - UNKNOWN_CAPACITY}.test") == (False, None)


def test_the_host_unused_for_longest_makes_room() -> None:
    memory = _Memory()
    for number in range(CAPACITY):
        memory.put(f"{number}.test", ROUTE, version=memory.version)
    memory.get("0.test")

    memory.put("one-more.test", ROUTE, version=memory.version)

    assert memory.get("0.test") == (True, ROUTE)
    assert memory.get("1.test") == (False, None)


def test_nobody_listens_when_the_setting_says_so(settings) -> None:
    settings.SPOTEX_LISTEN_FOR_HOSTS = False
    memory = _Memory()

    memory.listen()

    assert memory._listener_pid == 0


def test_a_listener_clears_on_every_message_and_survives_a_loss_of_redis(
    settings, monkeypatch
) -> None:
    monkeypatch.setattr(hosts, "TTL_SECONDS", 0.05)
    right, settings.REDIS_URL = settings.REDIS_URL, "redis://127.0.0.1:1/0"
    settings.SPOTEX_LISTEN_FOR_HOSTS = True
    memory = _Memory()
    memory.listen()
    memory.listen()
    settings.REDIS_URL = right

    _wait_until(lambda: memory.version >= 1)
    memory.put("x.test", ROUTE, version=memory.version)
    _server().publish(CHANNEL, "changed")

    _wait_until(lambda: memory.get("x.test") == (False, None))
    threads = [one for one in threading.enumerate() if one.name == "host-changes"]
    assert len(threads) == 1


def test_an_own_domain_serves_the_portal_of_its_row(agency: Agency) -> None:
    domain = Domain.objects.create(domain="clienti.acme.it", tenant=agency, portal="customer")
    unverified = resolve_host("clienti.acme.it")
    Domain.objects.filter(pk=domain.pk).update(state="LIVE", verified_at=agency.created_at)
    forget_hosts()

    route = resolve_host("Clienti.Acme.it:8000")

    assert (unverified, str(domain)) == (None, "clienti.acme.it")
    assert (route.portal, route.agency) == (PortalName.CUSTOMER, snapshot_of(agency))


def test_addresses_of_hosts() -> None:
    assert host_of("acme", PortalName.CUSTOMER) == "acme.customers.localhost"
    assert (platform_host(), platform_host("www")) == ("localhost", "www.localhost")
    assert url_for("www.localhost", "/x") == "http://www.localhost:8000/x"


OTHER_PROCESS = """
import sys
import django
django.setup()
from django.db import connection
from tenants.hosts import resolve_host
for line in sys.stdin:
    route = resolve_host(line.strip())
    print(f"{route.portal}: {route.agency.brand_name}" if route else "nobody", flush=True)
"""


@pytest.fixture
def other_process(transactional_db: None) -> Iterator[subprocess.Popen[str]]:
    """A second process of the product on the same database and Redis."""
    values = connection.settings_dict
    login = f"{values['USER']}:{values['PASSWORD']}@{values['HOST']}:{values['PORT']}"
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "spotex.settings",
            "DATABASE_URL": f"postgres://{login}/{values['NAME']}",
            "SPOTEX_LISTEN_FOR_HOSTS": "true",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield process
    process.communicate()
    WORLD.records.clear()


def _ask(process: subprocess.Popen[str], host: str = "acme.agency.localhost") -> str:
    process.stdin.write(f"{host}\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


def _listen(process: subprocess.Popen[str], host: str) -> str:
    """Ask once, and wait until the other process hears of changes."""
    listeners = _server().pubsub_numsub(CHANNEL)[0][1]
    answer = _ask(process, host)
    _wait_until(lambda: _server().pubsub_numsub(CHANNEL)[0][1] > listeners)
    return answer


def test_another_process_sees_a_change(other_process: subprocess.Popen[str]) -> None:
    agency = Agency.objects.select_related("plan").get(slug="acme")
    before = _listen(other_process, "acme.agency.localhost")

    with agency_scope(agency):
        change_branding(agency, actor=system_actor(agency), changes={"brand_name": "Acme Web"})

    assert before == "agency: Studio Acme"
    _wait_until(lambda: _ask(other_process) == "agency: Acme Web")


def test_another_process_sees_a_domain_come_move_and_go(
    other_process: subprocess.Popen[str],
) -> None:
    """Well before it would forget by itself (``TTL_SECONDS``)."""
    name = "clienti.acme.it"
    agency = Agency.objects.select_related("plan").get(slug="acme")
    actor = system_actor(agency)
    with agency_scope(agency):
        domain = add_domain(actor=actor, domain=name, portal=PortalName.CUSTOMER, at=NOON)
    WORLD.put(challenge_name(name), RecordKind.TXT, challenge_value(domain.challenge))
    WORLD.put(name, RecordKind.A, "192.0.2.10")
    seen = [_listen(other_process, name)]

    def follow(expected: str) -> None:
        _wait_until(lambda: _ask(other_process, name) == expected)
        seen.append(expected)

    check_domain(domain.public_id, at=NOON)
    follow("customer: Studio Acme")
    with agency_scope(agency):
        domain = change_domain(domain, actor=actor, portal=PortalName.AGENCY)
    follow("agency: Studio Acme")
    with agency_scope(agency):
        remove_domain(domain, actor=actor)
    follow("nobody")

    assert seen == ["nobody", "customer: Studio Acme", "agency: Studio Acme", "nobody"]
