from __future__ import annotations

import pytest

from hosting.conftest import operation_of, reload_site, run
from hosting.drivers.base import NotAnswering, PhpMissing
from hosting.operations.execution import run_operation
from hosting.operations.models import Operation
from hosting.services import change_php_version, restart_site
from hosting.services.creation import PhpVersionUnknown
from hosting.services.php import find_php_version, list_php_versions
from hosting.services.work import StaleSite
from spotex.kernel.machine import IllegalMove
from spotex.kernel.tenancy import agency_scope


def _change(site, version, *, agency, actor):
    with agency_scope(agency):
        site = change_php_version(site, actor=actor, php_version=version, version=site.version)
    for _ in range(2):
        run_operation(site.operation)
        site = reload_site(site, agency)
    return site


def test_site_runs_on_another_php(make_site, engine, agency, owner_actor) -> None:
    site = make_site(state="ACTIVE")
    assert (find_php_version(site), list_php_versions(site)) == ("8.3", ("8.3", "8.2"))

    changed = _change(site, "8.2", agency=agency, actor=owner_actor)

    assert (changed.state, changed.php_version) == ("ACTIVE", "8.2")
    assert operation_of(changed).kind == "site.php"
    assert find_php_version(changed) == "8.2"


def test_same_version_is_no_change(make_site, agency, owner_actor) -> None:
    site = make_site(state="ACTIVE")

    same = _change(site, "8.3", agency=agency, actor=owner_actor)

    assert (same.operation, same.version) == (site.operation, site.version)


def test_site_that_does_not_stand_it_steps_back(make_site, engine, agency, owner_actor) -> None:
    site = make_site(state="ACTIVE")
    engine.fail("probe", NotAnswering(detail="status 500"))

    back = _change(site, "8.2", agency=agency, actor=owner_actor)

    assert (back.state, back.php_version) == ("ACTIVE", "")
    rows = Operation.objects.filter(subject=site.public_id).order_by("pk")
    assert [(row.kind, row.state) for row in rows][-2:] == [
        ("site.php", "FAILED"),
        ("site.restart", "DONE"),
    ]


def test_version_that_went_away_changes_nothing(make_site, engine, agency, owner_actor) -> None:
    site = make_site(state="ACTIVE")
    engine.fail("check_parts", PhpMissing(version="8.2", missing="php-fpm"))

    same = _change(site, "8.2", agency=agency, actor=owner_actor)

    assert (same.state, same.php_version, operation_of(same).kind) == ("ACTIVE", "", "site.php")
    assert engine.calls["restart"] == 0


def test_refused_changes(make_site, engine, agency, owner_actor) -> None:
    site = make_site(state="ACTIVE")
    paused = make_site(state="SUSPENDED", name="Other")
    with agency_scope(agency):
        with pytest.raises(PhpVersionUnknown):
            change_php_version(site, actor=owner_actor, php_version="5.2")
        with pytest.raises(StaleSite):
            change_php_version(site, actor=owner_actor, php_version="8.2", version=99)
        with pytest.raises(IllegalMove):
            change_php_version(paused, actor=owner_actor, php_version="8.2")
        engine.versions = ()
        assert find_php_version(site) == ""
        with pytest.raises(PhpVersionUnknown):
            change_php_version(site, actor=owner_actor, php_version="8.2")
    engine.versions = ("8.3", "8.2")
    assert run(restart_site, site, agency=agency, actor=owner_actor).state == "ACTIVE"
