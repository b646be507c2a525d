"""What the operations on sites consist of, and what their end means for the site.

A step looks the site up, asks its engine for one verb, and returns what is worth remembering.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from hosting.drivers.base import Log, SiteEngine, SiteSpec
from hosting.drivers.choice import find_engine
from hosting.events import (
    SiteChanged,
    SiteDeleted,
    SiteDeployed,
    SiteFailed,
    SiteRestarted,
    SiteResumed,
    SiteSuspended,
)
from hosting.failures import Failure, FailureCode
from hosting.models import Site
from hosting.operations.kinds import OperationKind, StepContext, StepFunction, register_kind
from hosting.operations.models import Operation, SiteRoute
from hosting.operations.states import RouteKind
from hosting.states import SITE_MACHINE, SiteAction, SiteState
from hosting.telling import tell_site
from spotex.kernel.actor import Actor
from spotex.kernel.tenancy import agency_scope

DEPLOY: Final = "site.deploy"
SUSPEND: Final = "site.suspend"
RESUME: Final = "site.resume"
RESTART: Final = "site.restart"
DELETE: Final = "site.delete"

CRON_EVERY: Final = timedelta(minutes=5)


def describe_site(site: Site) -> SiteSpec:
    """Return what an engine may know about a site."""
    port = str(settings.SPOTEX_URL_PORT).lstrip(":")
    return SiteSpec(
        site_id=site.public_id,
        hosts=site.hosts,
        title=site.title,
        admin_email=site.admin_email,
        language=site.language,
        php_version=site.php_version,
        url_scheme=settings.SPOTEX_URL_SCHEME,
        url_port=int(port) if port else None,
    )


def _verb(
    act: Callable[[SiteEngine, SiteSpec, Log], Mapping[str, Any] | None],
) -> StepFunction:
    """Turn an engine's verb into a step: the site is read first, nothing is locked meanwhile."""

    def run(context: StepContext) -> Mapping[str, Any] | None:
        with agency_scope(context.schema):
            site = Site.objects.get(public_id=context.subject)
        return act(find_engine(site.engine), describe_site(site), context.log)

    return run


def _prepare(engine: SiteEngine, spec: SiteSpec, log: Log) -> Mapping[str, Any]:
    return asdict(engine.check_parts(spec, log=log))


def _place_files(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.place_files(spec, log=log)


def _write_config(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.write_config(spec, log=log)


def _install(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.install(spec, log=log)


def _start(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.start(spec, log=log)


def _start_anew(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.place_files(spec, log=log)
    engine.write_config(spec, log=log)
    engine.start(spec, log=log)


def _restart(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.restart(spec, log=log)


def _stop(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.stop(spec, log=log)


def _publish_route(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.publish_route(spec, log=log)


def _pause_route(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.pause_route(spec, log=log)


def _withdraw_route(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.withdraw_route(spec, log=log)


def _verify(engine: SiteEngine, spec: SiteSpec, log: Log) -> Mapping[str, Any]:
    return asdict(engine.probe(spec, log=log))


def _remove(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    engine.remove(spec, log=log)


def _release_hosts(context: StepContext) -> None:
    released, _ = SiteRoute.objects.filter(site=context.subject).delete()
    context.log(f"{released} addresses free again")


def _undo_deployment(context: StepContext) -> None:
    _verb(_remove)(context)


def _lock_site(operation: Operation) -> Site:
    return (
        Site.objects.select_related("customer")
        .select_for_update(of=("self",))
        .get(public_id=operation.subject)
    )


def _lock_subject(operation: Operation) -> None:
    """Lock the site, if it is still there."""
    Site.objects.select_for_update().filter(public_id=operation.subject).first()


def _finish(
    action: SiteAction,
    event: type[SiteChanged],
) -> Callable[[Operation, Actor], None]:
    """Return what a well-ended operation writes: the move of the site, and its event."""

    def finish(operation: Operation, actor: Actor) -> None:
        site = _lock_site(operation)
        SITE_MACHINE.apply(site, action)
        now = timezone.now()
        site.error = None
        site.version += 1
        if action is SiteAction.FINISH_DEPLOY:
            site.deployed_at = site.deployed_at or now
        if action is SiteAction.FINISH_DELETE:
            site.deleted_at = now
        site.save()
        cron_due_at = now + CRON_EVERY if site.state == SiteState.ACTIVE else None
        SiteRoute.objects.filter(site=site.public_id, kind=RouteKind.PREVIEW).update(
            cron_due_at=cron_due_at,
        )
        tell_site(event, site, actor=actor, operation=operation.public_id)

    return finish


def _fail(operation: Operation, failure: Failure, actor: Actor) -> None:
    """Write why the operation failed; a site that is being deleted stays where it is."""
    site = _lock_site(operation)
    if failure.code is FailureCode.CANCELLED and site.state != SiteState.DEPLOYING:
        return
    if SITE_MACHINE.is_legal(SiteAction.FAIL, site.state):
        SITE_MACHINE.apply(site, SiteAction.FAIL)
    site.error = failure.as_json()
    site.version += 1
    site.save()
    SiteRoute.objects.filter(site=site.public_id).update(cron_due_at=None)
    tell_site(
        SiteFailed,
        site,
        actor=actor,
        operation=operation.public_id,
        code=failure.code.value,
        step=failure.step,
    )


KINDS: Final = (
    OperationKind(
        name=DEPLOY,
        steps={
            "prepare": _verb(_prepare),
            "files": _verb(_place_files),
            "config": _verb(_write_config),
            "install": _verb(_install),
            "start": _verb(_start),
            "route": _verb(_publish_route),
            "verify": _verb(_verify),
        },
        finish=_finish(SiteAction.FINISH_DEPLOY, SiteDeployed),
        fail=_fail,
        lock=_lock_subject,
        undo=_undo_deployment,
        deadline_seconds=300,
    ),
    OperationKind(
        name=SUSPEND,
        steps={"pause": _verb(_pause_route), "stop": _verb(_stop)},
        finish=_finish(SiteAction.SUSPEND, SiteSuspended),
        fail=_fail,
        lock=_lock_subject,
        deadline_seconds=120,
    ),
    OperationKind(
        name=RESUME,
        steps={
            "start": _verb(_start_anew),
            "route": _verb(_publish_route),
            "verify": _verb(_verify),
        },
        finish=_finish(SiteAction.RESUME, SiteResumed),
        fail=_fail,
        lock=_lock_subject,
        deadline_seconds=180,
    ),
    OperationKind(
        name=RESTART,
        steps={"restart": _verb(_restart), "verify": _verb(_verify)},
        finish=_finish(SiteAction.RESTART, SiteRestarted),
        fail=_fail,
        lock=_lock_subject,
        deadline_seconds=180,
    ),
    OperationKind(
        name=DELETE,
        steps={
            "route": _verb(_withdraw_route),
            "stop": _verb(_stop),
            "remove": _verb(_remove),
            "release": _release_hosts,
        },
        finish=_finish(SiteAction.FINISH_DELETE, SiteDeleted),
        fail=_fail,
        lock=_lock_subject,
        deadline_seconds=180,
    ),
)

for _kind in KINDS:
    register_kind(_kind)
