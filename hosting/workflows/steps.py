"""What every operation on a site is built of: looking the site up, one verb, and its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from hosting.drivers.base import Log, SiteEngine, SiteSpec
from hosting.drivers.choice import find_engine
from hosting.events import SiteChanged, SiteFailed
from hosting.failures import Failure, FailureCode
from hosting.models import Site
from hosting.operations.kinds import StepContext, StepFunction
from hosting.operations.models import Operation, SiteRoute
from hosting.operations.states import RouteKind
from hosting.states import SITE_MACHINE, SiteAction, SiteState
from hosting.telling import tell_site
from spotex.kernel.actor import Actor
from spotex.kernel.tenancy import agency_scope

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
        is_staging=site.staging_of_id is not None,
    )


def as_step(
    act: Callable[[SiteEngine, SiteSpec, Log], Mapping[str, Any] | None],
) -> StepFunction:
    """Turn an engine's verb into a step: the site is read first, nothing is locked meanwhile."""

    def run(context: StepContext) -> Mapping[str, Any] | None:
        with agency_scope(context.schema):
            site = Site.objects.get(public_id=context.subject)
        return act(find_engine(site.engine), describe_site(site), context.log)

    return run


def prepare(engine: SiteEngine, spec: SiteSpec, log: Log) -> Mapping[str, Any]:
    """Find the parts."""
    return asdict(engine.check_parts(spec, log=log))


def place_files(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    """Place the files."""
    engine.place_files(spec, log=log)


def write_config(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    """Write the configuration."""
    engine.write_config(spec, log=log)


def install(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    """Install WordPress."""
    engine.install(spec, log=log)


def start(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    """Start the processes."""
    engine.start(spec, log=log)


def start_anew(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    """Start with a fresh configuration."""
    engine.place_files(spec, log=log)
    engine.write_config(spec, log=log)
    engine.start(spec, log=log)


def restart(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    """Start fresh processes."""
    engine.restart(spec, log=log)


def stop(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    """Stop the processes."""
    engine.stop(spec, log=log)


def publish_route(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    """Lead the hosts to the site."""
    engine.publish_route(spec, log=log)


def pause_route(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    """Show the pause page."""
    engine.pause_route(spec, log=log)


def withdraw_route(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    """Forget the hosts."""
    engine.withdraw_route(spec, log=log)


def verify(engine: SiteEngine, spec: SiteSpec, log: Log) -> Mapping[str, Any]:
    """Check that the front page is the site's, with the title that was asked for."""
    return asdict(engine.probe(spec, log=log))


def verify_any(engine: SiteEngine, spec: SiteSpec, log: Log) -> Mapping[str, Any]:
    """Check the front page of a site whose people may have changed its title in WordPress."""
    return asdict(engine.probe(replace(spec, title=""), log=log))


def remove(engine: SiteEngine, spec: SiteSpec, log: Log) -> None:
    """Remove everything."""
    engine.remove(spec, log=log)


def read_site(operation: Operation) -> Site:
    """Return the site of an operation with its customer, locked."""
    return (
        Site.objects.select_related("customer")
        .select_for_update(of=("self",))
        .get(public_id=operation.subject)
    )


def lock_subject(operation: Operation) -> None:
    """Lock the site, if it is still there."""
    Site.objects.select_for_update().filter(public_id=operation.subject).first()


def end_well(
    action: SiteAction,
    event: type[SiteChanged],
) -> Callable[[Operation, Actor], None]:
    """Return what a well-ended operation writes: the move of the site, and its event."""

    def finish(operation: Operation, actor: Actor) -> None:
        site = read_site(operation)
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


def end_badly(operation: Operation, failure: Failure, actor: Actor) -> None:
    """Write why the operation failed; a site that is being deleted stays where it is."""
    site = read_site(operation)
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
