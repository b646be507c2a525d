"""The operations of a site's own life: deploy, suspend, resume, restart, delete."""

from __future__ import annotations

from typing import Final

from hosting.events import (
    SiteDeleted,
    SiteDeployed,
    SiteRestarted,
    SiteResumed,
    SiteSuspended,
)
from hosting.operations.kinds import OperationKind, StepContext
from hosting.operations.models import SiteRoute
from hosting.states import SiteAction
from hosting.workflows.steps import (
    as_step,
    end_badly,
    end_well,
    install,
    lock_subject,
    pause_route,
    place_files,
    prepare,
    publish_route,
    remove,
    restart,
    start,
    start_anew,
    stop,
    verify,
    verify_any,
    withdraw_route,
    write_config,
)

DEPLOY: Final = "site.deploy"
SUSPEND: Final = "site.suspend"
RESUME: Final = "site.resume"
RESTART: Final = "site.restart"
DELETE: Final = "site.delete"


def _release_hosts(context: StepContext) -> None:
    released, _ = SiteRoute.objects.filter(site=context.subject).delete()
    context.log(f"{released} addresses free again")


def undo_deployment(context: StepContext) -> None:
    """Take away what a deployment made."""
    as_step(remove)(context)


KINDS: Final = (
    OperationKind(
        name=DEPLOY,
        steps={
            "prepare": as_step(prepare),
            "files": as_step(place_files),
            "config": as_step(write_config),
            "install": as_step(install),
            "start": as_step(start),
            "route": as_step(publish_route),
            "verify": as_step(verify),
        },
        finish=end_well(SiteAction.FINISH_DEPLOY, SiteDeployed),
        fail=end_badly,
        lock=lock_subject,
        undo=undo_deployment,
        deadline_seconds=300,
    ),
    OperationKind(
        name=SUSPEND,
        steps={"pause": as_step(pause_route), "stop": as_step(stop)},
        finish=end_well(SiteAction.SUSPEND, SiteSuspended),
        fail=end_badly,
        lock=lock_subject,
        deadline_seconds=120,
    ),
    OperationKind(
        name=RESUME,
        steps={
            "start": as_step(start_anew),
            "route": as_step(publish_route),
            "verify": as_step(verify_any),
        },
        finish=end_well(SiteAction.RESUME, SiteResumed),
        fail=end_badly,
        lock=lock_subject,
        deadline_seconds=180,
    ),
    OperationKind(
        name=RESTART,
        steps={"restart": as_step(restart), "verify": as_step(verify_any)},
        finish=end_well(SiteAction.RESTART, SiteRestarted),
        fail=end_badly,
        lock=lock_subject,
        deadline_seconds=180,
    ),
    OperationKind(
        name=DELETE,
        steps={
            "route": as_step(withdraw_route),
            "stop": as_step(stop),
            "remove": as_step(remove),
            "release": _release_hosts,
        },
        finish=end_well(SiteAction.FINISH_DELETE, SiteDeleted),
        fail=end_badly,
        lock=lock_subject,
        deadline_seconds=180,
    ),
)
