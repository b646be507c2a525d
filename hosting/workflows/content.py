"""Operations that bring content into a site, and those that may have to step back.

A copy for trying things is a site of its own, set up with the live site's content. Pushing it back
keeps the live site's former content. A push or a change of PHP that fails after it touched the
live site asks for the way back in the same transaction: a second operation, as durable as the
first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from django.utils import timezone

from hosting.drivers.base import Log, SiteEngine, SiteSpec
from hosting.drivers.choice import find_engine
from hosting.events import (
    SiteChanged,
    SiteDeployed,
    SitePhpChanged,
    SitePhpChangeFailed,
    SitePushed,
    SitePushFailed,
    SiteSteppedBack,
)
from hosting.failures import Failure
from hosting.models import Site
from hosting.operations.kinds import OperationKind, StepContext, StepFunction, find_kind
from hosting.operations.models import Operation
from hosting.operations.services import open_operation
from hosting.operations.states import StepState
from hosting.states import SITE_MACHINE, SiteAction, SiteState
from hosting.telling import tell_site
from hosting.workflows.life import RESTART, undo_deployment
from hosting.workflows.steps import (
    as_step,
    describe_site,
    end_badly,
    end_well,
    lock_subject,
    pause_route,
    place_files,
    prepare,
    publish_route,
    read_site,
    start_anew,
    stop,
    verify_any,
    write_config,
)
from spotex.kernel.actor import Actor
from spotex.kernel.tenancy import agency_scope

CLONE: Final = "site.clone"
PUSH: Final = "site.push"
STEP_BACK: Final = "site.step_back"
CHANGE_PHP: Final = "site.php"

_Copying = Callable[[SiteEngine, SiteSpec, SiteSpec, StepContext], Mapping[str, Any] | None]


def _with_source(act: _Copying) -> StepFunction:
    """Turn a verb about two sites into a step; the operation names the one to copy from."""

    def run(context: StepContext) -> Mapping[str, Any] | None:
        with agency_scope(context.schema):
            site = Site.objects.get(public_id=context.subject)
            source = Site.objects.get(public_id=context.arguments["source"])
        return act(find_engine(site.engine), describe_site(source), describe_site(site), context)

    return run


def _prepare_copy(
    engine: SiteEngine, source: SiteSpec, target: SiteSpec, context: StepContext
) -> Mapping[str, Any]:
    name = context.operation_id
    return asdict(engine.prepare_copy(source, target, copy=name, log=context.log))


def _about_copy(verb: str) -> StepFunction:
    """Turn a verb about a copy into a step; the operation names it, or is its name."""

    def run(context: StepContext) -> None:
        with agency_scope(context.schema):
            site = Site.objects.get(public_id=context.subject)
        name = context.arguments.get("copy", context.operation_id)
        act = getattr(find_engine(site.engine), verb)
        act(describe_site(site), copy=name, log=context.log)

    return run


def _keep_last(context: StepContext) -> None:
    """Forget all copies but this one: its former content is the safety copy."""
    with agency_scope(context.schema):
        site = Site.objects.get(public_id=context.subject)
    engine = find_engine(site.engine)
    engine.drop_copies(describe_site(site), keep=context.operation_id, log=context.log)


def _drop_copies(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.drop_copies(spec, log=log)


def _with_php(act: Callable[[SiteEngine, SiteSpec, Log], Any]) -> StepFunction:
    """Turn a verb into a step on the site as it will be with another PHP."""

    def run(context: StepContext) -> Mapping[str, Any] | None:
        with agency_scope(context.schema):
            site = Site.objects.get(public_id=context.subject)
        spec = replace(describe_site(site), php_version=context.arguments["to"])
        result: Mapping[str, Any] | None = act(find_engine(site.engine), spec, context.log)
        return result

    return run


def _switch(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.restart(spec, log=log)


def _copied_at(operation: Operation) -> datetime:
    """Return the moment from which on the source's changes are not in the copy."""
    step = operation.steps.get(name="copy")
    return step.started_at or operation.created_at


def _finish_clone(operation: Operation, actor: Actor) -> None:
    end_well(SiteAction.FINISH_DEPLOY, SiteDeployed)(operation, actor)
    Site.objects.filter(public_id=operation.subject).update(content_at=_copied_at(operation))


def _finish_push(operation: Operation, actor: Actor) -> None:
    site = read_site(operation)
    site.pushed_copy = operation.public_id
    site.version += 1
    site.save()
    Site.objects.filter(public_id=operation.arguments["source"]).update(
        content_at=_copied_at(operation),
    )
    tell_site(SitePushed, site, actor=actor, operation=operation.public_id)


def _finish_step_back(operation: Operation, actor: Actor) -> None:
    site = read_site(operation)
    if site.state == SiteState.DEPLOYING:  # it was tried again from an error
        SITE_MACHINE.apply(site, SiteAction.FINISH_DEPLOY)
    site.error = None
    site.pushed_copy = ""
    site.version += 1
    site.save()
    tell_site(SiteSteppedBack, site, actor=actor, operation=operation.public_id)


def _finish_php(operation: Operation, actor: Actor) -> None:
    site = read_site(operation)
    before, site.php_version = site.php_version, operation.arguments["to"]
    site.version += 1
    site.save()
    tell_site(
        SitePhpChanged,
        site,
        actor=actor,
        operation=operation.public_id,
        php_version=[before, site.php_version],
    )


def _fail_push(operation: Operation, failure: Failure, actor: Actor) -> None:
    _fail_back(operation, failure, actor, event=SitePushFailed, kind=STEP_BACK, untouched="pause")


def _fail_php(operation: Operation, failure: Failure, actor: Actor) -> None:
    _fail_back(
        operation, failure, actor, event=SitePhpChangeFailed, kind=RESTART, untouched="switch"
    )


def _fail_back(
    operation: Operation,
    failure: Failure,
    actor: Actor,
    *,
    event: type[SiteChanged],
    kind: str,
    untouched: str,
) -> None:
    """Tell the failure; once the site was touched, ask for the way back with it.

    Args:
        operation: what failed.
        failure: why.
        actor: the platform.
        event: tells it.
        kind: the operation that leads back.
        untouched: the first step that touches the site; a failure before it changed nothing.
    """
    site = read_site(operation)
    if _has_begun(operation, untouched):
        back = find_kind(kind)
        if back is None:
            raise LookupError(kind)
        site.operation = open_operation(
            back,
            actor=actor,
            subject=site.public_id,
            subject_name=site.name,
            customer=site.customer.public_id,
            arguments={"copy": operation.public_id, "because": operation.public_id},
            at=timezone.now(),
        ).public_id
    site.version += 1
    site.save()
    tell_site(
        event,
        site,
        actor=actor,
        operation=operation.public_id,
        code=failure.code.value,
        step=failure.step,
    )


def _has_begun(operation: Operation, name: str) -> bool:
    step = operation.steps.filter(name=name).first()
    return step is not None and (step.state != StepState.PENDING or step.tries > 0)


KINDS: Final = (
    OperationKind(
        name=CLONE,
        steps={
            "prepare": as_step(prepare),
            "files": as_step(place_files),
            "config": as_step(write_config),
            "copy": _with_source(_prepare_copy),
            "place": _about_copy("place_copy"),
            "start": as_step(start_anew),
            "route": as_step(publish_route),
            "verify": as_step(verify_any),
            "tidy": as_step(_drop_copies),
        },
        finish=_finish_clone,
        fail=end_badly,
        lock=lock_subject,
        undo=undo_deployment,
        deadline_seconds=1_800,
    ),
    OperationKind(
        name=PUSH,
        steps={
            "prepare": as_step(prepare),
            "copy": _with_source(_prepare_copy),
            "pause": as_step(pause_route),
            "stop": as_step(stop),
            "place": _about_copy("place_copy"),
            "start": as_step(start_anew),
            "route": as_step(publish_route),
            "verify": as_step(verify_any),
            "tidy": _keep_last,
        },
        finish=_finish_push,
        fail=_fail_push,
        lock=lock_subject,
        deadline_seconds=1_800,
    ),
    OperationKind(
        name=STEP_BACK,
        steps={
            "pause": as_step(pause_route),
            "stop": as_step(stop),
            "back": _about_copy("step_back"),
            "start": as_step(start_anew),
            "route": as_step(publish_route),
            "verify": as_step(verify_any),
            "tidy": as_step(_drop_copies),
        },
        finish=_finish_step_back,
        fail=end_badly,
        lock=lock_subject,
        deadline_seconds=300,
    ),
    OperationKind(
        name=CHANGE_PHP,
        steps={
            "prepare": _with_php(prepare),
            "switch": _with_php(_switch),
            "verify": _with_php(verify_any),
        },
        finish=_finish_php,
        fail=_fail_php,
        lock=lock_subject,
        deadline_seconds=180,
    ),
)
