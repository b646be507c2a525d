"""Operations as people follow them: names of kinds and steps, and the last one of a site.

Rows keep short names; the words are looked up when somebody reads them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hosting.failures import FailureCode, Who, explain_failure
from hosting.operations.models import Operation, OperationStep
from hosting.operations.states import OperationState, StepState
from hosting.workflows import CHANGE_PHP, CLONE, DEPLOY, PUSH
from spotex.kernel.actor import Actor


class Words(NamedTuple):
    """What a kind of operation is called, and what it is called while it runs."""

    title: str | Promise
    running: str | Promise


KINDS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "site.deploy": Words(_("Setting up"), _("The site is being set up")),
        "site.suspend": Words(_("Suspension"), _("The site is being taken off the net")),
        "site.resume": Words(_("Resumption"), _("The site is being put back on the net")),
        "site.restart": Words(_("Restarting"), _("The site is being restarted")),
        "site.clone": Words(_("Staging copy"), _("The staging copy is being made")),
        "site.push": Words(_("Push of the staging copy"), _("The staging copy is being pushed")),
        "site.step_back": Words(_("Way back"), _("The former content is being put back")),
        "site.php": Words(
            pgettext_lazy("title", "PHP version"), _("The PHP version is being changed")
        ),
        "site.delete": Words(_("Deletion"), _("The site is being deleted")),
    },
)

STEPS: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "prepare": _("Check server and WordPress files"),
        "files": _("Place the files"),
        "config": _("Write the configuration"),
        "install": _("Install WordPress"),
        "start": _("Start the site"),
        "route": _("Connect the address"),
        "verify": _("Check that the site answers"),
        "pause": _("Show the pause page"),
        "stop": _("Stop the site"),
        "restart": _("Start fresh processes"),
        "copy": _("Copy files and database"),
        "place": _("Put the content in place"),
        "back": _("Put the former content in place"),
        "switch": _("Start with the other PHP"),
        "tidy": _("Remove what is not needed any more"),
        "remove": _("Remove files and database"),
        "release": _("Free the addresses"),
    },
)
ROUTE_OF_DELETION: Final = _("Disconnect the address")

WHO: Final[Mapping[str, str | Promise]] = MappingProxyType(
    {
        "platform": _("the operator of the platform"),
        "agency": _("your agency"),
        "customer": _("the customer"),
    },
)


def sees_inside(actor: Actor) -> bool:
    """Tell whether somebody may read what steps wrote and what exactly went wrong.

    The agency's people may. A customer's people learn that work failed and who takes care of it.
    """
    return actor.customer_id is None


def explain_error(stored: Mapping[str, Any] | None, *, actor: Actor) -> dict[str, Any] | None:
    """Return a stored failure with its sentences, as much of it as the actor may read."""
    error = explain_failure(stored)
    if error is None or sees_inside(actor) or error["who"] == Who.CUSTOMER:
        return error
    return {
        **error,
        "code": FailureCode.INTERNAL.value,
        "step": "",
        "cause": gettext("The site has a problem."),
        "remedy": gettext("Your agency sees it and takes care of it."),
        "who": Who.AGENCY.value,
        "retry_safe": False,
    }


def can_cancel(operation: Operation) -> bool:
    """Tell whether work can still be taken back: a deployment that nobody has cancelled yet."""
    return (
        operation.kind in {CLONE, DEPLOY} and operation.is_open and not operation.cancel_requested
    )


@dataclass(frozen=True, kw_only=True)
class StepLine:
    """One step as the page shows it."""

    name: str
    label: str
    state: str
    seconds: float | None
    log: str


@dataclass(frozen=True, kw_only=True)
class OperationView:
    """One operation as the page shows it."""

    public_id: str
    kind: str
    title: str
    running: str
    state: str
    progress: int
    is_open: bool
    is_being_cancelled: bool
    steps: list[StepLine]
    log: str
    """What all steps wrote, for those who may see the platform's inside."""
    error: dict[str, Any] | None
    requested_by: str
    created_at: datetime
    seconds: float | None


def describe_operation(operation: Operation, *, actor: Actor) -> OperationView:
    """Return an operation, whose steps were loaded with it, as the actor may read it."""
    with_logs = sees_inside(actor)
    words = KINDS.get(operation.kind, Words(operation.kind, operation.kind))
    steps = [
        _describe_step(step, kind=operation.kind, with_log=with_logs)
        for step in operation.steps.all()
    ]
    return OperationView(
        public_id=operation.public_id,
        kind=operation.kind,
        title=str(words.title),
        running=str(words.running),
        state=operation.state,
        progress=operation.progress,
        is_open=operation.is_open,
        is_being_cancelled=operation.is_open and operation.cancel_requested,
        steps=steps,
        log=_join_logs(operation) if with_logs and not operation.is_open else "",
        error=describe_error(operation.error, actor=actor),
        requested_by=operation.requested_by.full_name if operation.requested_by else "",
        created_at=operation.created_at,
        seconds=_duration(operation),
    )


def find_setback(operations: Sequence[OperationView]) -> OperationView | None:
    """Return a push or a change of PHP that failed and left the site as it was, if it is recent.

    Args:
        operations: of one site, the newest first; the way back may be the newest.
    """
    if not operations or operations[0].is_open:
        return None
    for operation in operations[:2]:
        if operation.kind in {CHANGE_PHP, PUSH} and operation.state == OperationState.FAILED:
            return operation
    return None


def _describe_step(step: OperationStep, *, kind: str, with_log: bool) -> StepLine:
    label = STEPS.get(step.name, step.name)
    if kind == "site.delete" and step.name == "route":
        label = ROUTE_OF_DELETION
    return StepLine(
        name=step.name,
        label=str(label),
        state=step.state,
        seconds=step.seconds,
        log=step.log if with_log and step.state == StepState.FAILED else "",
    )


def _join_logs(operation: Operation) -> str:
    """Return the steps' logs under their names, empty when no step wrote anything."""
    parts = [f"# {step.name}\n{step.log.strip()}" for step in operation.steps.all() if step.log]
    return "\n\n".join(parts)


def _duration(operation: Operation) -> float | None:
    if operation.state != OperationState.DONE or operation.finished_at is None:
        return None
    return (operation.finished_at - (operation.started_at or operation.created_at)).total_seconds()


def describe_error(
    stored: Mapping[str, Any] | None,
    *,
    actor: Actor,
) -> dict[str, Any] | None:
    """Return a stored failure with sentences, and the name of who has to act."""
    error = explain_error(stored, actor=actor)
    if error is not None:
        error["who"] = str(WHO.get(error["who"], error["who"]))
        error["step"] = str(STEPS.get(error["step"], error["step"]))
    return error
