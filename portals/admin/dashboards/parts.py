"""What the platform keeps ready and what waits inside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from hosting.operations.models import SiteRoute, SpareSite
from hosting.operations.states import RouteKind, SpareState
from portals.admin.dashboards.attention import count_each
from portals.admin.names import VITALS
from portals.monitoring.vitals import Condition, measure_vitals
from tenants.models import Domain, DueWork, MailMessage, SpareSchema
from tenants.states import DomainState, MailState

_TONES = {Condition.OK: "success", Condition.DEGRADED: "warning", Condition.DOWN: "danger"}


class Part(NamedTuple):
    """One line: what it is called and how many there are."""

    name: str
    figure: int
    url: str


class Sign(NamedTuple):
    """One part of the platform and how it is."""

    name: str
    tone: str
    word: str


def list_signs(*, at: datetime) -> list[Sign]:
    """Return how each part is, by the checks that wake the operator."""
    words = {
        Condition.OK: _("works"),
        Condition.DEGRADED: _("slow"),
        Condition.DOWN: _("does not work"),
    }
    return [
        Sign(
            str(VITALS.get(vital.name, vital.name)),
            _TONES[vital.condition],
            words[vital.condition],
        )
        for vital in measure_vitals(at=at)
    ]


def list_parts(*, at: datetime) -> list[Part]:
    """Return how many of each there are, in one statement."""
    rows: dict[str, Any] = {
        "sites": SiteRoute.objects.filter(kind=RouteKind.PREVIEW),
        "domains": Domain.objects.filter(state=DomainState.LIVE),
        "mails": MailMessage.objects.filter(state=MailState.QUEUED),
        "late": DueWork.objects.filter(due_at__lte=at),
        "planned": DueWork.objects.filter(due_at__gt=at),
        "spare_schemas": SpareSchema.objects.all(),
        "spare_sites": SpareSite.objects.filter(state=SpareState.READY),
    }
    counts = count_each(rows)
    lines = (
        ("sites", _("Sites"), "operations_siteroute"),
        ("domains", _("Live own domains"), "tenants_domain"),
        ("mails", _("Mails waiting"), "tenants_mailmessage"),
        ("late", _("Due work to be done now"), "tenants_duework"),
        ("planned", _("Due work planned"), "tenants_duework"),
        ("spare_schemas", _("Spare schemas ready"), "tenants_spareschema"),
        ("spare_sites", _("Spare sites ready"), "operations_sparesite"),
    )
    return [
        Part(words, counts[name], reverse(f"admin:{place}_changelist"))
        for name, words, place in lines
    ]
