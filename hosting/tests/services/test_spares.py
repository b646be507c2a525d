from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from hosting.conftest import reload_site
from hosting.drivers.base import DiskFull, RouteState
from hosting.operations.execution import run_operation
from hosting.operations.models import SpareSite
from hosting.services import create_site, spares
from hosting.services.spares import PREPARING_SECONDS, claim_spare, fill_spares, has_room
from hosting.workflows import describe_site
from spotex.kernel.errors import RuleViolation
from spotex.kernel.tenancy import agency_scope

NOW = timezone.now()
LATER = NOW + timedelta(seconds=PREPARING_SECONDS + 1)
VERBS = ("check_parts", "place_files", "write_config", "install", "start", "lay_up")


class WorkerKilled(BaseException):
    """Nothing that follows in the worker happens."""


@pytest.fixture(autouse=True)
def wanted(settings, engine) -> None:
    settings.SPOTEX_SPARE_SITES = 2
    settings.SPOTEX_SPARE_LANGUAGES = ["it_IT"]
    settings.SPOTEX_SPARE_MEMORY_MB = 0


pytestmark = pytest.mark.django_db


def _ready() -> list[str]:
    return list(SpareSite.objects.filter(state="READY").values_list("site", flat=True))


def _claim(language: str = "it_IT", php_version: str = "") -> str:
    with transaction.atomic():
        return claim_spare(engine="fake", language=language, php_version=php_version)


def test_spares_are_kept_at_their_number(engine) -> None:
    assert fill_spares(at=NOW) == 2
    assert fill_spares(at=NOW) == 0

    assert set(engine.sites) == set(_ready()) == engine.spares
    assert {seen.route for seen in engine.sites.values()} == {RouteState.ABSENT}


def test_new_site_is_the_spare_with_an_owner(make_site, engine, agency) -> None:
    fill_spares(at=NOW)
    before = set(_ready())

    site = make_site(deploy=True)
    run_operation(site.operation)
    site = reload_site(site, agency)

    assert site.public_id in before
    assert set(_ready()) == before - {site.public_id}
    assert site.state == "ACTIVE"
    assert engine.titles[site.public_id] == site.title
    assert engine.installations[site.public_id] == 1
    assert engine.observe(describe_site(site)).route is RouteState.LIVE
    assert fill_spares(at=NOW) == 1


def test_site_that_waits_or_wants_something_else_takes_no_spare(make_site) -> None:
    fill_spares(at=NOW)

    make_site(deploy=False)
    make_site(deploy=True, name="English", language="en_US")
    make_site(deploy=True, name="Old", php_version="8.2")

    assert len(_ready()) == 2
    assert make_site(deploy=True, name="New", php_version="8.3").public_id not in _ready()
    assert len(_ready()) == 1


def test_refused_creation_takes_no_spare(agency, owner_actor, customer) -> None:
    fill_spares(at=NOW)

    with agency_scope(agency), pytest.raises(RuleViolation):
        create_site(
            actor=owner_actor,
            customer=customer,
            name="Trattoria",
            title="Trattoria",
            admin_email="x@y.test",
            host_name="x.localhost",
        )

    assert len(_ready()) == 2


@pytest.mark.parametrize("verb", VERBS)
def test_killed_worker_leaves_nothing_behind(engine, verb) -> None:
    def die() -> None:
        raise WorkerKilled

    engine.before(verb, die)
    with pytest.raises(WorkerKilled):
        fill_spares(at=NOW)
    engine.heal()
    assert _claim() == ""
    fill_spares(at=NOW)
    assert len(_ready()) == 1  # the other one may still be in work

    fill_spares(at=LATER)

    assert len(_ready()) == 2
    assert set(engine.sites) == set(_ready())


def test_failure_ends_the_round_and_is_cleared_away(engine) -> None:
    engine.fail("install", DiskFull(free_mb=1, needed_mb=200))

    assert fill_spares(at=NOW) == 0
    assert SpareSite.objects.count() == 1
    assert fill_spares(at=LATER) == 2
    assert set(engine.sites) == set(_ready())


def test_spares_of_other_parts_or_too_many_are_removed(engine, settings) -> None:
    fill_spares(at=NOW)
    old = set(_ready())
    engine.versions = ("8.4",)
    SpareSite.objects.update(php_version="8.1")

    fill_spares(at=NOW)

    assert not old & set(_ready())
    assert set(engine.sites) == set(_ready())
    settings.SPOTEX_SPARE_SITES = 1
    fill_spares(at=NOW)
    assert set(engine.sites) == set(_ready())
    assert len(_ready()) == 1


def test_machine_without_memory_prepares_nothing(settings, monkeypatch, tmp_path) -> None:
    assert has_room()
    settings.SPOTEX_SPARE_MEMORY_MB = 1 << 30
    assert not has_room()
    assert fill_spares(at=NOW) == 0

    monkeypatch.setattr(spares, "_MEMORY", tmp_path / "absent")
    assert has_room()
    (tmp_path / "strange").write_text("nothing here", encoding="ascii")
    monkeypatch.setattr(spares, "_MEMORY", tmp_path / "strange")
    assert has_room()


@pytest.mark.django_db(transaction=True)
def test_two_who_want_one_get_different_ones() -> None:
    fill_spares(at=NOW)
    got: list[str] = []

    def claim_elsewhere() -> None:
        got.append(_claim())
        got.append(_claim())
        connection.close()

    with transaction.atomic():
        mine = claim_spare(engine="fake", language="it_IT", php_version="")
        other = Thread(target=claim_elsewhere)
        other.start()
        other.join()

    assert mine
    assert got[0] not in {"", mine}
    assert got[1] == ""
    assert not SpareSite.objects.exists()
