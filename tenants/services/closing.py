"""The end of an agency: asked for, taken back, and carried out after its grace.

Source: ADR 0031.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.errors import Conflict, NotAllowed, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from spotex.kernel.tenancy import agency_scope
from tenants.access import system_actor
from tenants.closing_steps import STEPS, list_closing_steps
from tenants.due import cancel_due, schedule_due
from tenants.events import (
    ClosingReminded,
    ClosingRequested,
    ClosingWithdrawn,
    ClosureEvent,
    DeletionStarted,
)
from tenants.models import Agency, Closure, DueWork
from tenants.models.closures import CLOSING_REASON_MAX_LENGTH
from tenants.selectors import find_open_closure, find_open_subscription
from tenants.services.suspension import UNSETTLED, suspend_agency
from tenants.states import (
    AGENCY_MACHINE,
    AgencyAction,
    AgencyState,
    ClosureState,
    PortalName,
    SuspensionCause,
)

CLOSE_AGENCY: Final = "tenants.close_agency"
"""Kind of due work: remind of the end of an agency, then carry it out."""

REMINDERS: Final = (7, 1)
"""Days before the end of the grace."""


class NameDiffers(RuleViolation):
    """What was typed is not the agency's name."""

    code = "name_differs"


class ClosingOver(Conflict):
    """The agency is not ending, or nothing can stop it any more."""

    code = "closing_over"


@transaction.atomic
def begin_closing(
    agency: Agency, *, actor: Actor, typed_name: str, reason: str = "", at: datetime
) -> Closure:
    """Close an agency's portals now, and delete everything when the grace is over.

    Raises:
        NotAllowed: nobody in person asks.
        NameDiffers: what was typed is not the agency's name.
        IllegalMove: it is ending already.
    """
    if actor.user_id is None:
        raise NotAllowed(_("Only a person can end an agency."))
    agency = lock_row(agency)
    if " ".join(typed_name.split()) != " ".join(agency.name.split()):
        raise NameDiffers(_("This is not the name of the agency."), field="name")
    closure = Closure(
        agency=agency,
        agency_public_id=agency.public_id,
        name=agency.name,
        slug=agency.slug,
        schema_name=agency.schema_name,
        reason=" ".join(reason.split())[:CLOSING_REASON_MAX_LENGTH],
        by_staff=actor.portal == PortalName.ADMIN,
        requested_by_id=actor.user_id,
        requested_at=at,
        delete_at=at + timedelta(days=settings.SPOTEX_CLOSING_DAYS),
        former_cause=agency.suspension_cause,
        former_reason=agency.suspended_reason,
    )
    before = agency.state
    AGENCY_MACHINE.apply(agency, AgencyAction.CLOSE)
    _save_state(agency)
    closure.save()
    schedule_due(CLOSE_AGENCY, key=closure.public_id, at=find_next_moment(closure))
    until = closure.delete_at.isoformat()
    state = [before, agency.state]
    _tell(ClosingRequested, closure, actor=actor, state=state, until=until, reason=closure.reason)
    return closure


def _save_state(agency: Agency) -> None:
    agency.suspended_reason = ""
    agency.suspension_cause = SuspensionCause.NONE
    agency.version += 1
    agency.save()


def find_next_moment(closure: Closure) -> datetime:
    """Return when something happens next: a reminder, or the end of the grace."""
    moments = [closure.delete_at - timedelta(days=days) for days in REMINDERS]
    moments = [moment for moment in moments if moment > closure.requested_at]
    return [*moments, closure.delete_at][min(closure.reminders_sent, len(moments))]


@transaction.atomic
def withdraw_closing(agency: Agency, *, actor: Actor) -> Agency:
    """Let an agency go on that is ending; one that was suspended before is so again.

    Raises:
        ClosingOver: it is not ending, or its grace is over.
    """
    agency = lock_row(agency)
    closure = find_open_closure(agency.pk)
    if closure is None or closure.state != ClosureState.GRACE:
        raise ClosingOver(_("There is nothing to take back, or it is too late."))
    AGENCY_MACHINE.apply(agency, AgencyAction.KEEP)
    _save_state(agency)
    closure.state = ClosureState.WITHDRAWN
    closure.save()
    cancel_due(CLOSE_AGENCY, key=closure.public_id)
    _tell(ClosingWithdrawn, closure, actor=actor, state=[AgencyState.CLOSING, agency.state])
    cause = _find_cause(agency, closure)
    if cause != SuspensionCause.NONE:
        reason = closure.former_reason or "subscription not settled"
        return suspend_agency(agency, actor=actor, reason=reason, cause=cause)
    return agency


def _find_cause(agency: Agency, closure: Closure) -> SuspensionCause:
    """Return why an agency that goes on remains closed."""
    if closure.former_cause == SuspensionCause.STAFF:
        return SuspensionCause.STAFF
    current = find_open_subscription(agency.pk)
    is_unsettled = current is not None and current.status in UNSETTLED
    return SuspensionCause.BILLING if is_unsettled else SuspensionCause.NONE


def proceed_with_closing(public_id: str, *, at: datetime) -> datetime | None:
    """Remind, or delete as far as possible now; return when to go on, None when nothing remains."""
    closure = Closure.objects.select_related("agency").filter(public_id=public_id).first()
    if closure is None or closure.state in {ClosureState.DONE, ClosureState.WITHDRAWN}:
        return None
    if closure.state == ClosureState.GRACE:
        moment = _pass_grace(closure, at=at)
        if moment is not None or not _reload(closure):
            return moment
    return _delete(closure, at=at)


def _reload(closure: Closure) -> bool:
    """Look at the row again; tell whether its agency is to be deleted."""
    closure.refresh_from_db()
    return closure.state == ClosureState.DELETING


@transaction.atomic
def _pass_grace(closure: Closure, *, at: datetime) -> datetime | None:
    """Wait, remind, or end the grace for good; None when the waiting is over."""
    agency = lock_row(closure.agency) if closure.agency else None
    closure = lock_row(closure)
    if agency is None or closure.state != ClosureState.GRACE:
        return None
    if find_next_moment(closure) > at:
        return find_next_moment(closure)
    if closure.delete_at > at:
        passed = sum(closure.delete_at - timedelta(days=days) <= at for days in REMINDERS)
        skipped = sum(
            closure.delete_at - timedelta(days=days) <= closure.requested_at for days in REMINDERS
        )
        closure.reminders_sent = passed - skipped
        closure.save()
        _tell(ClosingReminded, closure, until=closure.delete_at.isoformat())
        return find_next_moment(closure)
    AGENCY_MACHINE.apply(agency, AgencyAction.END)
    _save_state(agency)
    closure.state, closure.step = ClosureState.DELETING, STEPS[0]
    closure.save()
    DueWork.objects.filter(agency=agency).delete()
    _tell(DeletionStarted, closure, state=[AgencyState.CLOSING, agency.state])
    return None


def _delete(closure: Closure, *, at: datetime) -> datetime | None:
    steps = list_closing_steps()
    for name in STEPS[STEPS.index(closure.step) :]:
        again = steps[name](closure, at=at)
        if again is not None:
            return again
        _finish_step(closure, name)
    _finish(closure, at=at)
    return None


def _finish_step(closure: Closure, name: str) -> None:
    following = STEPS[STEPS.index(name) + 1 :]
    if following:
        Closure.objects.filter(pk=closure.pk, step=name).update(step=following[0])
    closure.refresh_from_db()


def _finish(closure: Closure, *, at: datetime) -> None:
    closure.state, closure.step = ClosureState.DONE, ""
    closure.schema_name, closure.people = "", []
    closure.deleted_at = at
    closure.slug_free_at = at + timedelta(days=settings.SPOTEX_SLUG_KEPT_DAYS)
    closure.save()


def _tell(
    kind: type[ClosureEvent], closure: Closure, *, actor: Actor | None = None, **details: Any
) -> None:
    agency = closure.agency
    if agency is None:
        return
    with agency_scope(agency):
        publish(
            kind(
                actor=actor or system_actor(agency),
                agency_id=agency.pk,
                closure_id=closure.pk,
                subject_public_id=agency.public_id,
                subject_name=agency.name,
                details=details,
            )
        )
