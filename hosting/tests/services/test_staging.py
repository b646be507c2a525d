from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction

from hosting.conftest import operation_of, reload_site, run
from hosting.drivers.base import Changes, CopyFailed, NotAnswering, RouteState
from hosting.models import Site
from hosting.operations.execution import run_operation
from hosting.operations.models import Operation
from hosting.operations.services import OperationOpen, fail_stuck_operations
from hosting.services import (
    cancel_deployment,
    clone_site,
    delete_site,
    deploy_site,
    discard_staging,
    push_site,
    restart_site,
    review_push,
    step_site_back,
    suspend_site,
)
from hosting.services.staging import NothingToStepBackTo, NotStaging, StagingOfStaging
from hosting.services.work import StagingExists, StaleSite
from hosting.workflows import describe_site
from spotex.kernel.machine import IllegalMove
from spotex.kernel.models import ActivityEntry
from spotex.kernel.tenancy import agency_scope
from tenants.models import Plan
from tenants.services.plans import LimitReached


@pytest.fixture
def live(make_site) -> Site:
    return make_site(state="ACTIVE", php_version="8.2")


@pytest.fixture
def staging(live, agency, owner_actor) -> Site:
    return run(clone_site, live, agency=agency, actor=owner_actor)


def _events(agency) -> set[str]:
    with agency_scope(agency):
        return set(ActivityEntry.objects.values_list("event", flat=True))


def _push(staging, *, agency, actor) -> Site:
    """Push and work everything off that follows."""
    with agency_scope(agency):
        live = push_site(staging, actor=actor)
    for _ in range(2):
        live = reload_site(live, agency)
        run_operation(live.operation)
    return reload_site(live, agency)


def test_copy_is_a_site_of_its_own(live, staging, engine, agency) -> None:
    assert (staging.state, staging.staging_of_id) == ("ACTIVE", live.pk)
    assert staging.name == "Trattoria da Gino staging"
    assert staging.preview_host.startswith("trattoria-da-gino-staging--")
    assert (staging.php_version, staging.title) == ("8.2", live.title)
    assert staging.content_at == operation_of(staging).steps.get(name="copy").started_at
    spec = describe_site(staging)
    assert spec.is_staging
    assert not describe_site(live).is_staging
    assert engine.installations[staging.public_id] == 0
    assert engine.titles[staging.public_id] == live.title
    assert not engine.copies
    assert "hosting.site.clone_started" in _events(agency)


def test_copy_that_failed_goes_on_where_it_stopped(live, engine, agency, owner_actor) -> None:
    engine.fail("place_copy", CopyFailed(detail="busy"))
    broken = run(clone_site, live, agency=agency, actor=owner_actor)
    assert (broken.state, broken.error["code"]) == ("ERROR", "copy_failed")

    healed = run(deploy_site, broken, agency=agency, actor=owner_actor)

    assert healed.operation == broken.operation
    assert healed.state == "ACTIVE"
    assert engine.calls["prepare_copy"] == 1


def test_cancelled_copy_is_taken_away_and_can_be_made_again(
    live, engine, agency, owner_actor
) -> None:
    with agency_scope(agency):
        copy = clone_site(live, actor=owner_actor)
        cancel_deployment(copy, actor=owner_actor)
    run_operation(copy.operation)
    copy = reload_site(copy, agency)
    assert copy.state == "ERROR"

    again = run(deploy_site, copy, agency=agency, actor=owner_actor)

    assert (again.state, operation_of(again).kind) == ("ACTIVE", "site.clone")


def test_one_copy_of_live_sites_only(live, staging, make_site, agency, owner_actor) -> None:
    with agency_scope(agency):
        with pytest.raises(StagingExists):
            clone_site(live, actor=owner_actor)
        with pytest.raises(StagingOfStaging):
            clone_site(staging, actor=owner_actor)
        with pytest.raises(StagingExists):
            delete_site(live, actor=owner_actor)
        with pytest.raises(IntegrityError), transaction.atomic():
            Site.objects.create(
                customer=live.customer, staging_of=live, label="x--y", engine="fake"
            )
    paused = make_site(state="SUSPENDED", name="Other")
    with agency_scope(agency), pytest.raises(IllegalMove):
        clone_site(paused, actor=owner_actor)


def test_copy_waits_for_other_work_and_for_room(make_site, agency, owner_actor) -> None:
    site = make_site(state="ACTIVE")
    with agency_scope(agency):
        busy = restart_site(site, actor=owner_actor)
        with pytest.raises(OperationOpen):
            clone_site(site, actor=owner_actor)
    run_operation(busy.operation)
    Plan.objects.filter(pk=agency.plan_id).update(sites=1)

    with agency_scope(agency), pytest.raises(LimitReached):
        clone_site(site, actor=owner_actor)


def test_push_replaces_content_and_keeps_the_former(
    live, staging, engine, agency, owner_actor
) -> None:
    engine.titles[staging.public_id] = "New look"

    pushed = _push(staging, agency=agency, actor=owner_actor)

    assert (pushed.state, pushed.error) == ("ACTIVE", None)
    assert engine.titles[live.public_id] == "New look"
    assert engine.observe(describe_site(pushed)).route is RouteState.LIVE
    operation = operation_of(pushed)
    assert (operation.kind, pushed.pushed_copy) == ("site.push", operation.public_id)
    copied_at = operation.steps.get(name="copy").started_at
    assert reload_site(staging, agency).content_at == copied_at

    back = run(step_site_back, pushed, agency=agency, actor=owner_actor)

    assert (back.state, back.pushed_copy) == ("ACTIVE", "")
    assert engine.titles[live.public_id] == live.title
    assert {"hosting.site.pushed", "hosting.site.stepped_back"} <= _events(agency)
    with agency_scope(agency), pytest.raises(NothingToStepBackTo):
        step_site_back(back, actor=owner_actor)


@pytest.mark.parametrize("verb", ["pause_route", "stop", "place_copy", "start", "probe"])
def test_push_that_fails_halfway_steps_back_by_itself(
    live, staging, engine, agency, owner_actor, verb
) -> None:
    engine.titles[staging.public_id] = "Broken look"
    engine.fail(verb, NotAnswering(detail="status 500"))

    site = _push(staging, agency=agency, actor=owner_actor)

    assert (site.state, site.pushed_copy) == ("ACTIVE", "")
    assert engine.titles[live.public_id] == live.title
    assert engine.observe(describe_site(site)).route is RouteState.LIVE
    kinds = Operation.objects.filter(subject=live.public_id).order_by("pk")
    assert [(row.kind, row.state) for row in kinds][-2:] == [
        ("site.push", "FAILED"),
        ("site.step_back", "DONE"),
    ]
    assert "hosting.site.push_failed" in _events(agency)


def test_push_that_fails_early_touches_nothing(live, staging, engine, agency, owner_actor) -> None:
    engine.fail("prepare_copy", CopyFailed(detail="full"))

    site = _push(staging, agency=agency, actor=owner_actor)

    assert (site.state, operation_of(site).kind) == ("ACTIVE", "site.push")
    assert engine.calls["pause_route"] == 0


def test_push_that_never_ends_is_ended_and_undone(
    live, staging, engine, agency, owner_actor
) -> None:
    with agency_scope(agency):
        site = push_site(staging, actor=owner_actor)
    operation = operation_of(site)
    operation.steps.filter(name__in=["prepare", "copy"]).update(state="DONE")
    operation.steps.filter(name="pause").update(state="RUNNING", tries=1)
    Operation.objects.filter(pk=operation.pk).update(state="RUNNING", lease_owner="lost")

    fail_stuck_operations(at=datetime(2100, 1, 1, tzinfo=UTC))
    site = reload_site(site, agency)
    run_operation(site.operation)

    assert (operation_of(site).kind, operation_of(site).state) == ("site.step_back", "DONE")
    assert reload_site(site, agency).state == "ACTIVE"


def test_failed_way_back_is_an_error_that_goes_on(
    live, staging, engine, agency, owner_actor
) -> None:
    engine.titles[staging.public_id] = "Broken look"
    engine.fail("probe", NotAnswering(detail="status 500"), always=True)
    site = _push(staging, agency=agency, actor=owner_actor)
    assert (site.state, operation_of(site).kind) == ("ERROR", "site.step_back")
    engine.heal()

    healed = run(deploy_site, site, agency=agency, actor=owner_actor)

    assert (healed.state, operation_of(healed).kind) == ("ACTIVE", "site.step_back")
    assert engine.titles[live.public_id] == live.title


def test_copying_has_both_sites_to_itself(live, staging, agency, owner_actor) -> None:
    with agency_scope(agency):
        pushed = push_site(staging, actor=owner_actor)
        for service in (delete_site, restart_site, suspend_site):
            with pytest.raises(OperationOpen):
                service(staging, actor=owner_actor)
        with pytest.raises(OperationOpen):
            restart_site(live, actor=owner_actor)
    run_operation(pushed.operation)
    with agency_scope(agency):
        busy = restart_site(staging, actor=owner_actor)
        with pytest.raises(OperationOpen):
            push_site(staging, actor=owner_actor)
    run_operation(busy.operation)
    assert run(restart_site, live, agency=agency, actor=owner_actor).state == "ACTIVE"


def test_source_of_a_first_copy_stays_as_it_is(live, agency, owner_actor) -> None:
    with agency_scope(agency):
        copy = clone_site(live, actor=owner_actor)
        with pytest.raises(OperationOpen):
            suspend_site(live, actor=owner_actor)
    run_operation(copy.operation)

    assert run(suspend_site, live, agency=agency, actor=owner_actor).state == "SUSPENDED"


def test_push_needs_a_copy_as_it_was_seen(live, staging, agency, owner_actor) -> None:
    with agency_scope(agency):
        with pytest.raises(NotStaging):
            push_site(live, actor=owner_actor)
        with pytest.raises(StaleSite):
            push_site(staging, actor=owner_actor, version=staging.version + 1)
    paused = run(suspend_site, staging, agency=agency, actor=owner_actor)
    with agency_scope(agency), pytest.raises(IllegalMove):
        push_site(paused, actor=owner_actor, version=paused.version)


def test_review_says_what_would_be_lost(live, staging, engine, agency) -> None:
    changes = Changes(since=datetime(2026, 1, 1, tzinfo=UTC), orders=2)
    engine.changes[live.public_id] = changes

    with agency_scope(agency):
        review = review_push(reload_site(staging, agency))
        engine.fail("count_changes", CopyFailed(detail="away"))
        unknown = review_push(reload_site(staging, agency))

    assert (review.live.pk, review.changes) == (live.pk, changes)
    assert unknown.changes is None


def test_discarded_copy_makes_room_for_another(live, staging, agency, owner_actor) -> None:
    with agency_scope(agency), pytest.raises(NotStaging):
        discard_staging(live, actor=owner_actor)

    gone = run(discard_staging, staging, agency=agency, actor=owner_actor)

    assert gone.state == "DELETED"
    assert reload_site(live, agency).state == "ACTIVE"
    again = run(clone_site, live, agency=agency, actor=owner_actor)
    assert again.state == "ACTIVE"
