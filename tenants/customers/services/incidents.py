"""Incidents: what the agency tells its customers about a disturbance or a maintenance.

What was said stays: an incident is never deleted, a mistake is put right by another update.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from spotex.kernel.actor import Actor
from spotex.kernel.changes import list_changes
from spotex.kernel.errors import Conflict, Missing, RuleViolation
from spotex.kernel.events import publish
from spotex.kernel.locks import lock_row
from tenants.customers.events import IncidentChanged, IncidentOpened, IncidentUpdated
from tenants.customers.models import Incident
from tenants.customers.selectors import list_open_incidents
from tenants.customers.states import INCIDENT_FLOWS
from tenants.models import Agency

OPEN_INCIDENTS: Final = 20
"""At once: the status page shows all of them."""

UPDATES: Final = 100
"""Of one incident."""


class IncidentTextMissing(RuleViolation):
    """The title or the message is blank."""

    code = "text_missing"


class IncidentStateUnfit(RuleViolation):
    """A maintenance has other states than a disturbance."""

    code = "state_unfit"


class TooManyIncidents(RuleViolation):
    """As many are open, or said about one, as may be."""

    code = "too_many_incidents"


class StaleIncident(Conflict):
    """Somebody else wrote about the incident since the form was opened."""

    code = "stale"


@transaction.atomic
def open_incident(*, actor: Actor, title: str, impact: str, message: str, at: datetime) -> Incident:
    """Tell of a disturbance or a maintenance.

    Raises:
        IncidentTextMissing: the title or the message is blank.
        IncidentStateUnfit: there is no such impact.
        TooManyIncidents: twenty are open.
    """
    _take_turns(actor)
    _require_room()
    flow = _flow_of(impact)
    incident = Incident.objects.create(
        title=_require_text(title, field="title"), impact=impact, state=flow[0], began_at=at
    )
    _say(incident, message=message, at=at)
    _tell(IncidentOpened, incident, actor=actor, details={"impact": [None, impact]})
    return incident


@transaction.atomic
def write_update(
    incident: Incident,
    *,
    actor: Actor,
    state: str,
    message: str,
    version: int | None = None,
    at: datetime,
) -> Incident:
    """Say how an incident goes on; with its last state it is over, with another it is open again.

    Args:
        incident: the row.
        actor: who says it.
        state: how far it has come.
        message: what customers read.
        version: what the caller saw, None for anything.
        at: the moment.

    Raises:
        IncidentTextMissing: the message is blank.
        IncidentStateUnfit: the state is of the other kind.
        TooManyIncidents: a hundred updates were written, or twenty others are open.
        StaleIncident: the row has another version.
    """
    incident = _lock(incident, actor=actor, version=version)
    flow = _flow_of(incident.impact)
    if state not in flow:
        raise IncidentStateUnfit(_("This state does not fit."), field="state")
    before, is_over = incident.state, state == flow[-1]
    if incident.ended_at is not None and not is_over:
        _require_room()
    if incident.updates.count() >= UPDATES:
        raise TooManyIncidents(_("An incident has at most %(most)s updates.") % {"most": UPDATES})
    incident.state = state
    incident.ended_at = (incident.ended_at or at) if is_over else None
    _save(incident)
    _say(incident, message=message, at=at)
    _tell(IncidentUpdated, incident, actor=actor, details={"state": [before, state]})
    return incident


@transaction.atomic
def change_incident(
    incident: Incident, *, actor: Actor, title: str, impact: str, version: int | None = None
) -> Incident:
    """Correct the title or the impact.

    Raises:
        IncidentTextMissing: the title is blank.
        IncidentStateUnfit: a disturbance would become a maintenance, or the other way round.
        StaleIncident: the row has another version.
    """
    incident = _lock(incident, actor=actor, version=version)
    if _flow_of(impact) != _flow_of(incident.impact):
        raise IncidentStateUnfit(
            _("A maintenance cannot become an incident, nor the other way round."), field="impact"
        )
    after = {"title": _require_text(title, field="title"), "impact": impact}
    before = {name: getattr(incident, name) for name in after}
    details = list_changes(before, after)
    if details:
        incident.title, incident.impact = after["title"], after["impact"]
        _save(incident)
        _tell(IncidentChanged, incident, actor=actor, details=details)
    return incident


def _take_turns(actor: Actor) -> None:
    """Let one person of the agency after the other count what is open."""
    if actor.agency_id is None:
        raise Missing(_("There is no such incident."))
    lock_row(Agency(pk=actor.agency_id))


def _lock(incident: Incident, *, actor: Actor, version: int | None) -> Incident:
    _take_turns(actor)
    incident = lock_row(incident)
    if version is not None and version != incident.version:
        raise StaleIncident(_("This incident changed meanwhile. Look at it again before saving."))
    return incident


def _require_room() -> None:
    if list_open_incidents().count() >= OPEN_INCIDENTS:
        raise TooManyIncidents(
            _("%(most)s incidents are open already. End one first.") % {"most": OPEN_INCIDENTS}
        )


def _require_text(text: str, *, field: str) -> str:
    if not text.strip():
        raise IncidentTextMissing(_("Write something your customers can read."), field=field)
    return text.strip()


def _flow_of(impact: str) -> tuple[str, ...]:
    flow = INCIDENT_FLOWS.get(impact)
    if flow is None:
        raise IncidentStateUnfit(_("Choose how much it is felt."), field="impact")
    return flow


def _say(incident: Incident, *, message: str, at: datetime) -> None:
    text = _require_text(message, field="message")
    incident.updates.create(state=incident.state, message=text, written_at=at)


def _save(incident: Incident) -> None:
    incident.version += 1
    incident.save()


def _tell(
    kind: type[IncidentOpened] | type[IncidentUpdated] | type[IncidentChanged],
    incident: Incident,
    *,
    actor: Actor,
    details: dict[str, Any],
) -> None:
    publish(
        kind(
            actor=actor,
            subject_public_id=incident.public_id,
            subject_name=incident.title,
            details=details,
        ),
    )
