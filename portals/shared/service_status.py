"""What an agency's status page says: what works at this moment, and what the agency wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portals.monitoring.vitals import Condition, measure_vitals, worst_of
from tenants.customers.models import Incident
from tenants.customers.states import IncidentImpact, IncidentState

_WORDS: Final[Mapping[Condition, str]] = MappingProxyType(
    {Condition.OK: "UP", Condition.DEGRADED: "DEGRADED", Condition.DOWN: "DOWN"}
)
_GRAVITY: Final = (IncidentImpact.MAINTENANCE, IncidentImpact.MINOR, IncidentImpact.MAJOR)
_WELL: Final = _("Everything works")
_PARTLY: Final = _("Something does not work as usual")
_FAILING: Final = _("Something does not work")
_UNDER_WAY: Final = _("Maintenance is under way")


@dataclass(frozen=True, kw_only=True)
class ServicePart:
    """One part of the service as customers know it, and the vitals that it stands on."""

    name: str | Promise
    text: str | Promise
    vitals: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class PartStatus:
    """How one part is now; ``state`` is one of the states that have a look."""

    name: str | Promise
    text: str | Promise
    state: str
    condition: Condition


PARTS: Final = (
    ServicePart(
        name=_("Portal"),
        text=_("Signing in, pages"),
        vitals=frozenset({"database", "redis"}),
    ),
    ServicePart(
        name=_("Work on sites"),
        text=_("Publishing, restarting, copying"),
        vitals=frozenset({"site_work", "operations"}),
    ),
    ServicePart(
        name=_("E-mail"),
        text=_("Invitations and notices from the portal"),
        vitals=frozenset({"background", "mail"}),
    ),
)


def measure_parts(*, at: datetime) -> list[PartStatus]:
    """Look at every part now; nothing is remembered, nothing is guessed."""
    names = frozenset[str]().union(*(part.vitals for part in PARTS))
    vitals = measure_vitals(at=at, names=names)
    found = []
    for part in PARTS:
        condition = worst_of([vital for vital in vitals if vital.name in part.vitals])
        found.append(
            PartStatus(name=part.name, text=part.text, state=_WORDS[condition], condition=condition)
        )
    return found


def find_gravest(incidents: Sequence[Incident]) -> Incident | None:
    """Return the incident that is felt most, the first of equals."""
    return max(incidents, key=lambda one: _GRAVITY.index(IncidentImpact(one.impact)), default=None)


def judge_service(parts: Sequence[PartStatus], incidents: Sequence[Incident]) -> str | Promise:
    """Return the sentence above the page, from what was measured and what the agency wrote."""
    conditions = {part.condition for part in parts}
    impacts = {one.impact for one in incidents if one.state != IncidentState.PLANNED}
    if Condition.DOWN in conditions or IncidentImpact.MAJOR in impacts:
        return _FAILING
    if Condition.DEGRADED in conditions or IncidentImpact.MINOR in impacts:
        return _PARTLY
    return _UNDER_WAY if impacts else _WELL
