"""Workers die, race and lose their lease; the operation ends once, and well or with a reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hosting.conftest import operation_of, reload_site, run
from hosting.drivers.base import Observation, RouteState
from hosting.failures import FailureCode
from hosting.operations import kinds
from hosting.operations.events import OperationChanged
from hosting.operations.execution import run_operation
from hosting.operations.journal import LEASE_SECONDS, claim_operation, prolong_lease
from hosting.operations.kinds import OperationKind, register_kind
from hosting.operations.models import Operation, OperationStep
from hosting.operations.services import (
    OperationNotRetryable,
    OperationOpen,
    claim_abandoned_operations,
    fail_stuck_operations,
    open_operation,
    retry_operation,
)
from hosting.operations.tasks import recover_operations
from hosting.services import delete_site, deploy_site, restart_site, resume_site, suspend_site
from hosting.workflows import describe_site
from hosting.workflows.life import KINDS
from spotex.kernel.events import after_commit
from spotex.kernel.tenancy import agency_scope

LATER = timedelta(seconds=LEASE_SECONDS + 1)


class WorkerKilled(BaseException):
    """Nothing catches it: the worker is gone in the middle of a line."""


class Recorder:
    """A kind of three steps that notes every call."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.ends: list[str] = []
        self.actions: dict[str, object] = {}

    def kind(self) -> OperationKind:
        return OperationKind(
            name="test.three",
            steps={name: self._step(name) for name in ("one", "two", "three")},
            finish=lambda _operation, _actor: self.ends.append("finish"),
            fail=lambda _operation, failure, _actor: self.ends.append(failure.code.value),
        )

    def _step(self, name: str):
        def step(context):
            self.calls[name] += 1
            context.log(f"in {name}")
            action = self.actions.get(name)
            if callable(action):
                action()
            return {"name": name}

        return step


@pytest.fixture
def recorder():
    recorder = Recorder()
    register_kind(recorder.kind())
    yield recorder
    kinds._kinds.pop("test.three", None)


@pytest.fixture
def operation(recorder, agency, owner_actor) -> Operation:
    return open_operation(
        kinds.find_kind("test.three"),
        actor=owner_actor,
        subject="site_subject",
        subject_name="Subject",
        at=timezone.now(),
    )


def _fresh(operation: Operation) -> Operation:
    return Operation.objects.get(pk=operation.pk)


def test_steps_run_in_order_and_are_remembered(operation, recorder) -> None:
    assert run_operation(operation.public_id)

    ended = _fresh(operation)
    assert (ended.state, ended.progress, ended.lease_owner) == ("DONE", 100, "")
    steps = list(OperationStep.objects.filter(operation=operation).order_by("position"))
    assert [(s.name, s.state, s.log, s.result, s.tries) for s in steps] == [
        (name, "DONE", f"in {name}\n", {"name": name}, 1) for name in ("one", "two", "three")
    ]
    assert recorder.ends == ["finish"]
    assert all(step.seconds is not None for step in steps)


def test_ended_operation_is_not_run_again(operation, recorder) -> None:
    run_operation(operation.public_id)

    assert not run_operation(operation.public_id)
    assert recorder.calls == Counter(one=1, two=1, three=1)


def test_unknown_operation_is_nobodys(db) -> None:
    assert not run_operation("op_unknown")


def test_unexpected_error_is_a_clean_failure(operation, recorder) -> None:
    recorder.actions["two"] = lambda: 1 / 0
    run_operation(operation.public_id)

    ended = _fresh(operation)
    assert (ended.state, ended.progress) == ("FAILED", 33)
    assert ended.error == {"code": "internal", "step": "two", "figures": {}}
    states = list(ended.steps.order_by("position").values_list("state", flat=True))
    assert states == ["DONE", "FAILED", "PENDING"]
    assert recorder.ends == ["internal"]


def test_retry_goes_on_at_the_failed_step(operation, recorder, owner_actor) -> None:
    recorder.actions["two"] = lambda: 1 / 0
    run_operation(operation.public_id)
    recorder.actions.clear()

    again = retry_operation(_fresh(operation), actor=owner_actor, at=timezone.now())
    run_operation(again.public_id)

    assert _fresh(operation).state == "DONE"
    assert recorder.calls == Counter(one=1, two=2, three=1)


def test_only_failures_are_retried(operation, owner_actor) -> None:
    with pytest.raises(OperationNotRetryable):
        retry_operation(operation, actor=owner_actor, at=timezone.now())


def test_one_open_operation_per_subject(operation, recorder, owner_actor) -> None:
    with pytest.raises(OperationOpen):
        open_operation(
            kinds.find_kind("test.three"),
            actor=owner_actor,
            subject="site_subject",
            subject_name="Subject",
            at=timezone.now(),
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Operation.objects.create(
            agency_id=owner_actor.agency_id,
            kind="test.three",
            subject="site_subject",
            subject_name="Subject",
            queued_at=timezone.now(),
            deadline_at=timezone.now(),
        )


def test_failed_operation_cannot_be_retried_beside_another(
    operation, recorder, owner_actor
) -> None:
    recorder.actions["one"] = lambda: 1 / 0
    run_operation(operation.public_id)
    open_operation(
        kinds.find_kind("test.three"),
        actor=owner_actor,
        subject="site_subject",
        subject_name="Subject",
        at=timezone.now(),
    )

    with pytest.raises(OperationOpen):
        retry_operation(_fresh(operation), actor=owner_actor, at=timezone.now())


def test_two_workers_do_the_work_once(operation, recorder) -> None:
    """The second worker arrives while the first is in the middle of a step."""
    second = []
    recorder.actions["two"] = lambda: second.append(run_operation(operation.public_id))

    run_operation(operation.public_id)

    assert second == [False]
    assert recorder.calls == Counter(one=1, two=1, three=1)
    assert recorder.ends == ["finish"]


def test_worker_that_lost_its_lease_writes_nothing_more(operation, recorder) -> None:
    """The first worker sleeps too long; another one ends the operation meanwhile."""

    def be_slow() -> None:
        recorder.actions.clear()
        run_operation(operation.public_id, clock=lambda: timezone.now() + LATER)

    recorder.actions["two"] = be_slow
    run_operation(operation.public_id)

    ended = _fresh(operation)
    assert ended.state == "DONE"
    assert recorder.ends == ["finish"]
    assert recorder.calls == Counter(one=1, two=2, three=1)


def test_operation_of_an_unknown_kind_ends_with_a_reason(operation) -> None:
    Operation.objects.filter(pk=operation.pk).update(kind="from.the.future")

    run_operation(operation.public_id)

    assert _fresh(operation).error["code"] == FailureCode.STEP_UNKNOWN


def test_watchman_hands_on_what_nobody_picked_up(operation) -> None:
    now = operation.queued_at

    assert claim_abandoned_operations(at=now + timedelta(seconds=5)) == []
    assert claim_abandoned_operations(at=now + timedelta(seconds=11)) == [operation.public_id]
    assert claim_abandoned_operations(at=now + timedelta(seconds=12)) == []
    assert claim_abandoned_operations(at=now + timedelta(seconds=22)) == [operation.public_id]


def test_watchman_leaves_a_living_worker_alone(operation) -> None:
    now = timezone.now()
    claim_operation(operation.public_id, owner="worker", at=now)
    prolong_lease(operation.pk, owner="worker", at=now + timedelta(seconds=14))
    prolong_lease(operation.pk, owner="somebody else", at=now + timedelta(hours=1))

    assert claim_abandoned_operations(at=now + timedelta(seconds=20)) == []
    assert claim_abandoned_operations(at=now + timedelta(seconds=30)) == [operation.public_id]


def test_watchman_ends_what_takes_too_long(operation, recorder) -> None:
    claimed = claim_operation(operation.public_id, owner="worker", at=timezone.now())

    assert fail_stuck_operations(at=claimed.deadline_at) == 0
    assert fail_stuck_operations(at=claimed.deadline_at + timedelta(seconds=1)) == 1

    ended = _fresh(operation)
    assert (ended.state, ended.error["code"], ended.lease_owner) == ("FAILED", "timeout", "")
    assert recorder.ends == ["timeout"]


def test_waiting_is_not_taking_long(operation, recorder) -> None:
    """Workers or queue were away for a day; the clock starts with the first worker."""
    tomorrow = operation.queued_at + timedelta(days=1)

    assert fail_stuck_operations(at=tomorrow) == 0
    assert claim_abandoned_operations(at=tomorrow) == [operation.public_id]
    claimed = claim_operation(operation.public_id, owner="worker", at=tomorrow)
    again = claim_operation(operation.public_id, owner="other", at=tomorrow + LATER)

    assert claimed.deadline_at == tomorrow + timedelta(seconds=600)
    assert again.deadline_at == claimed.deadline_at, "taking over gives no new time"
    assert recorder.ends == []


def test_operation_that_cannot_be_ended_stops_no_other(
    operation, recorder, owner_actor, caplog
) -> None:
    def refuse(ended, _failure, _actor):
        recorder.ends.append(ended.subject)
        if ended.subject == "site_subject":
            raise IntegrityError

    register_kind(replace(recorder.kind(), fail=refuse))
    other = open_operation(
        kinds.find_kind("test.three"),
        actor=owner_actor,
        subject="site_other",
        subject_name="Other",
        at=timezone.now(),
    )
    for each in (operation, other):
        claim_operation(each.public_id, owner="worker", at=timezone.now())

    assert fail_stuck_operations(at=timezone.now() + timedelta(hours=1)) == 1

    assert recorder.ends == ["site_subject", "site_other"]
    assert (_fresh(operation).state, _fresh(other).state) == ("RUNNING", "FAILED")
    assert operation.public_id in caplog.text


def test_operation_whose_subject_is_gone_ends(make_site, agency, owner_actor) -> None:
    with agency_scope(agency):
        site = deploy_site(make_site(), actor=owner_actor)
        type(site).objects.filter(pk=site.pk).delete()

    run_operation(site.operation)

    assert (operation_of(site).state, operation_of(site).error["code"]) == ("FAILED", "internal")


def test_the_end_of_work_locks_the_site_before_the_operation(
    make_site, agency, owner_actor
) -> None:
    """In the order of the services: with another one two requests wait for each other."""
    with agency_scope(agency):
        site = deploy_site(make_site(), actor=owner_actor)
    with CaptureQueriesContext(connection) as queries:
        run_operation(site.operation)

    locks = [query["sql"] for query in queries if "FOR UPDATE" in query["sql"]]
    last_operation = max(i for i, sql in enumerate(locks) if '"operations_operation"' in sql)
    first_site = min(i for i, sql in enumerate(locks) if '"hosting_site"' in sql)
    assert first_site < last_operation


def test_recovery_task_runs_what_was_left(operation) -> None:
    Operation.objects.update(queued_at=timezone.now() - timedelta(minutes=1))

    recover_operations(unknown_keyword=1)

    assert _fresh(operation).state == "DONE"


def test_pages_hear_of_every_change(
    operation, recorder, django_capture_on_commit_callbacks
) -> None:
    heard: list[str] = []
    listener = after_commit(OperationChanged)(lambda event: heard.append(event.state))
    try:
        with django_capture_on_commit_callbacks(execute=True):
            run_operation(operation.public_id)
    finally:
        from spotex.kernel import events

        events._after[OperationChanged].remove(listener)

    assert heard == ["RUNNING"] * 10 + ["DONE"]


# --- A killed worker at every step of every kind -------------------------------------------------

VERBS = {
    "site.deploy": [
        "check_parts",
        "place_files",
        "write_config",
        "install",
        "start",
        "publish_route",
        "probe",
    ],
    "site.suspend": ["pause_route", "stop"],
    "site.resume": ["place_files", "write_config", "start", "publish_route", "probe"],
    "site.restart": ["restart", "probe"],
    "site.delete": ["withdraw_route", "stop", "remove"],
}
SERVICES = {
    "site.deploy": (None, deploy_site, "ACTIVE"),
    "site.suspend": ("ACTIVE", suspend_site, "SUSPENDED"),
    "site.resume": ("SUSPENDED", resume_site, "ACTIVE"),
    "site.restart": ("ACTIVE", restart_site, "ACTIVE"),
    "site.delete": ("ACTIVE", delete_site, "DELETED"),
}


def test_every_kind_is_killed_below() -> None:
    assert {kind.name for kind in KINDS} == VERBS.keys()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize(
    ("kind", "verb"), [(kind, verb) for kind, verbs in VERBS.items() for verb in verbs]
)
def test_worker_killed_at_every_step(
    make_site, agency, owner_actor, engine, monkeypatch, kind, verb, moment
) -> None:
    start, service, end = SERVICES[kind]
    site = make_site(state=start)
    with agency_scope(agency):
        site = service(site, actor=owner_actor)
    real = getattr(engine, verb)

    def dying(*args, **keywords):
        if moment == "after":
            real(*args, **keywords)
        raise WorkerKilled

    monkeypatch.setattr(engine, verb, dying)
    with pytest.raises(WorkerKilled):
        run_operation(site.operation)
    monkeypatch.setattr(engine, verb, real)
    assert operation_of(site).state == "RUNNING"
    assert not run_operation(site.operation), "the lease of the dead is respected while it lasts"

    assert run_operation(site.operation, clock=lambda: timezone.now() + LATER)

    site = reload_site(site, agency)
    assert (site.state, operation_of(site).state) == (end, "DONE")
    assert engine.installations[site.public_id] == 1
    seen = engine.observe(describe_site(site))
    if end == "DELETED":
        assert seen == Observation.nothing()
        assert engine.hosts == {}
    else:
        assert seen.running is (end == "ACTIVE")
        assert seen.route is (RouteState.LIVE if end == "ACTIVE" else RouteState.PAUSED)
    assert not Operation.objects.exclude(state__in=["DONE"]).exists()


def test_worker_killed_before_the_last_write(make_site, agency, owner_actor, monkeypatch) -> None:
    from hosting.operations import execution

    with agency_scope(agency):
        site = deploy_site(make_site(), actor=owner_actor)

    def die(*args, **keywords):
        raise WorkerKilled

    with monkeypatch.context() as patch:
        patch.setattr(execution, "end_in_success", die)
        with pytest.raises(WorkerKilled):
            run_operation(site.operation)
    assert operation_of(site).progress == 100

    run_operation(site.operation, clock=lambda: timezone.now() + LATER)

    assert reload_site(site, agency).state == "ACTIVE"


def test_final_state_of_operation_and_site_are_one_write(
    make_site, agency, owner_actor, monkeypatch
) -> None:
    """A worker that dies while it writes the end has written neither."""
    from hosting.workflows import steps as workflows

    with agency_scope(agency):
        site = deploy_site(make_site(), actor=owner_actor)

    def die(*args, **keywords):
        raise WorkerKilled

    with monkeypatch.context() as patch:
        patch.setattr(workflows, "tell_site", die)
        with pytest.raises(WorkerKilled):
            run_operation(site.operation)

    assert operation_of(site).state == "RUNNING"
    assert reload_site(site, agency).state == "DEPLOYING"
    assert run(deploy_site, site, agency=agency, actor=owner_actor).state == "DEPLOYING"
    run_operation(site.operation, clock=lambda: timezone.now() + LATER)
    assert reload_site(site, agency).state == "ACTIVE"
