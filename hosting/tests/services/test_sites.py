from __future__ import annotations

import pytest
from django.db import DatabaseError

from hosting.conftest import operation_of, reload_site, run
from hosting.drivers.base import DiskFull, NotAnswering, RouteState
from hosting.events import SiteLoginLinkCreated
from hosting.models import Site
from hosting.operations.execution import run_operation
from hosting.operations.models import Operation, SiteRoute
from hosting.operations.services import OperationNotCancellable, OperationOpen
from hosting.services import (
    cancel_deployment,
    change_site,
    create_login_link,
    delete_site,
    deploy_site,
    restart_site,
    resume_site,
    suspend_site,
)
from hosting.services.crons import claim_due_crons, run_cron_of_site
from hosting.services.sites import SiteNameMissing
from hosting.workflows import describe_site
from spotex.kernel.machine import IllegalMove
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope


def test_deployment_ends_active(make_site, engine) -> None:
    site = make_site(state="ACTIVE")

    assert (site.state, site.error) == ("ACTIVE", None)
    assert site.deployed_at is not None
    operation = operation_of(site)
    assert (operation.state, operation.progress) == ("DONE", 100)
    assert {step.state for step in operation.steps.all()} == {"DONE"}
    assert engine.observe(describe_site(site)).route is RouteState.LIVE


def test_failed_deployment_says_why_and_goes_on_where_it_stopped(
    make_site, agency, owner_actor, engine
) -> None:
    engine.fail("install", DiskFull(free_mb=3, needed_mb=200))
    site = make_site(state="ACTIVE")

    assert site.state == "ERROR"
    assert site.error == {
        "code": "disk_full",
        "step": "install",
        "figures": {"free_mb": 3, "needed_mb": 200},
    }
    again = run(deploy_site, site, agency=agency, actor=owner_actor)

    assert again.operation == site.operation
    assert (again.state, again.error) == ("ACTIVE", None)
    assert engine.calls["place_files"] == 1
    assert engine.calls["install"] == 2
    assert engine.installations[site.public_id] == 1
    assert operation_of(again).attempt == 2


def test_deploying_twice_is_one_deployment(make_site, agency, owner_actor) -> None:
    site = make_site(deploy=True)

    with agency_scope(agency):
        again = deploy_site(site, actor=owner_actor)

    assert again.operation == site.operation
    assert Operation.objects.count() == 1


def test_active_site_is_not_deployed_again(make_site, agency, owner_actor) -> None:
    site = make_site(state="ACTIVE")

    with agency_scope(agency), pytest.raises(IllegalMove):
        deploy_site(site, actor=owner_actor)


def test_suspend_and_resume(make_site, agency, owner_actor, engine) -> None:
    site = run(suspend_site, make_site(state="ACTIVE"), agency=agency, actor=owner_actor)

    seen = engine.observe(describe_site(site))
    assert (site.state, seen.route, seen.running) == ("SUSPENDED", RouteState.PAUSED, False)
    site = run(resume_site, site, agency=agency, actor=owner_actor)

    seen = engine.observe(describe_site(site))
    assert (site.state, seen.route, seen.running) == ("ACTIVE", RouteState.LIVE, True)
    assert engine.installations[site.public_id] == 1


def test_restart(make_site, agency, owner_actor, engine) -> None:
    site = run(restart_site, make_site(state="ACTIVE"), agency=agency, actor=owner_actor)

    assert site.state == "ACTIVE"
    assert engine.starts[site.public_id] == 2


def test_failed_restart_is_healed_by_a_new_deployment(
    make_site, agency, owner_actor, engine
) -> None:
    site = make_site(state="ACTIVE")
    engine.fail("probe", NotAnswering(detail="status 500"))
    broken = run(restart_site, site, agency=agency, actor=owner_actor)
    assert broken.state == "ERROR"

    healed = run(deploy_site, broken, agency=agency, actor=owner_actor)

    assert healed.state == "ACTIVE"
    assert healed.operation != site.operation
    assert engine.installations[site.public_id] == 1


@pytest.mark.parametrize("state", ["DEPLOYING", "ACTIVE", "ERROR", "SUSPENDED"])
def test_delete_leaves_nothing(make_site, agency, owner_actor, engine, state) -> None:
    site = run(delete_site, make_site(state=state), agency=agency, actor=owner_actor)

    assert (site.state, site.error) == ("DELETED", None)
    assert engine.sites == {}
    assert engine.hosts == {}
    assert not SiteRoute.objects.exists()


def test_deleted_address_can_be_used_again(make_site) -> None:
    first = make_site(state="DELETED")

    assert make_site().preview_host == first.preview_host


def test_failed_deletion_can_only_be_repeated(make_site, agency, owner_actor) -> None:
    site = make_site(state="DELETING")
    assert site.error is not None

    with agency_scope(agency), pytest.raises(IllegalMove):
        deploy_site(site, actor=owner_actor)
    assert run(delete_site, site, agency=agency, actor=owner_actor).state == "DELETED"


@pytest.mark.parametrize("service", [suspend_site, restart_site])
def test_work_waits_for_other_work(make_site, agency, owner_actor, service) -> None:
    site = make_site(state="ACTIVE")

    with agency_scope(agency):
        suspend_site(site, actor=owner_actor)
        with pytest.raises(OperationOpen):
            service(site, actor=owner_actor)
        with pytest.raises(OperationOpen):
            delete_site(site, actor=owner_actor)
    assert Operation.objects.filter(state="PENDING").count() == 1


def test_cancelled_deployment_leaves_nothing(make_site, agency, owner_actor, engine) -> None:
    site = make_site(deploy=True)

    def cancel() -> None:
        with agency_scope(agency):
            cancel_deployment(site, actor=owner_actor)

    engine.before("write_config", cancel)
    run_operation(site.operation)

    assert operation_of(site).state == "CANCELLED"
    site = reload_site(site, agency)
    assert (site.state, site.error["code"]) == ("ERROR", "cancelled")
    assert engine.sites == {}
    engine.heal()
    assert run(deploy_site, site, agency=agency, actor=owner_actor).state == "ACTIVE"


def test_only_a_deployment_can_be_cancelled(make_site, agency, owner_actor) -> None:
    site = make_site(state="ACTIVE")

    with agency_scope(agency):
        with pytest.raises(OperationNotCancellable):
            cancel_deployment(site, actor=owner_actor)
        suspend_site(site, actor=owner_actor)
        with pytest.raises(OperationNotCancellable):
            cancel_deployment(site, actor=owner_actor)


def test_login_link_is_audited_without_its_secret(make_site, agency, owner_actor) -> None:
    site = make_site(state="ACTIVE")

    with agency_scope(agency):
        link = create_login_link(site, actor=owner_actor)
        entry = ActivityEntry.objects.get(event="hosting.site.login_link_created")

    assert link.startswith(f"http://{site.preview_host}:")
    assert entry.actor_name == owner_actor.name
    assert link.partition("token=")[2] not in str(entry.details)


@pytest.mark.parametrize("state", ["DEPLOYING", "ERROR", "SUSPENDED"])
def test_no_login_where_nothing_runs(make_site, agency, owner_actor, state) -> None:
    site = make_site(state=state)

    with agency_scope(agency), pytest.raises(IllegalMove):
        create_login_link(site, actor=owner_actor)


def test_rename(make_site, agency, owner_actor) -> None:
    site = make_site()

    with agency_scope(agency):
        changed = change_site(site, actor=owner_actor, name="  Nuovo   nome ")
        with pytest.raises(SiteNameMissing):
            change_site(site, actor=owner_actor, name="")

    assert (changed.name, changed.version) == ("Nuovo nome", site.version + 1)
    assert changed.preview_host == site.preview_host


def test_crons_run_for_active_sites_when_due(make_site, agency, owner_actor, engine) -> None:
    site = make_site(state="ACTIVE")
    due_at = SiteRoute.objects.get().cron_due_at
    assert due_at is not None

    assert claim_due_crons(at=due_at) == [(site.public_id, agency.schema_name)]
    assert claim_due_crons(at=due_at) == []
    assert run_cron_of_site(site.public_id, schema=agency.schema_name)
    run(suspend_site, site, agency=agency, actor=owner_actor)

    assert SiteRoute.objects.get().cron_due_at is None
    assert not run_cron_of_site(site.public_id, schema=agency.schema_name)
    assert engine.calls["run_cron"] == 1


def test_cron_of_a_dead_site_is_no_error(make_site, agency, engine) -> None:
    site = make_site(state="ACTIVE")
    engine.fail("run_cron", NotAnswering(detail="status 500"))

    assert not run_cron_of_site(site.public_id, schema=agency.schema_name)


def test_sites_of_the_other_agency_are_untouched(make_site, other_agency) -> None:
    make_site(state="ACTIVE")

    with agency_scope(other_agency):
        assert not Site.objects.exists()


def test_nobody_gets_a_login_link_without_its_line_in_the_trail(
    make_site, agency, owner_actor, monkeypatch
) -> None:
    site = make_site(state="ACTIVE")

    def refuse(*args, **keywords):
        raise DatabaseError

    monkeypatch.setattr("hosting.services.sites.tell_site", refuse)

    with pytest.raises(DatabaseError), agency_scope(agency):
        create_login_link(site, actor=owner_actor)


def test_no_login_link_for_a_site_that_does_not_answer(
    make_site, agency, owner_actor, engine
) -> None:
    site = make_site(state="ACTIVE")
    engine.fail("create_login_link", NotAnswering(detail="the site is not running"))

    with agency_scope(agency), pytest.raises(NotAnswering):
        create_login_link(site, actor=owner_actor)
    with agency_scope(agency):
        assert not ActivityEntry.objects.filter(event=SiteLoginLinkCreated.name).exists()
