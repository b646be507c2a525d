"""What somebody of the staff should look at now: a sentence, and the list behind it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import Count, Q, QuerySet, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import ngettext_lazy

from hosting.operations.models import Operation
from hosting.operations.states import OperationState
from tenants.models import Agency, Domain, DueWork, MailMessage, SchemaMigration, Subscription
from tenants.states import (
    AgencyState,
    CertificateState,
    DomainState,
    MailState,
    SubscriptionStatus,
)

TRIAL_ENDS_SOON: Final = timedelta(days=7)
RECENT: Final = timedelta(days=7)


class Concern(NamedTuple):
    """One thing to look at: how bad it is, its words, and where its rows are listed."""

    name: str
    tone: str
    words: str | Promise
    place: str
    query: str


CONCERNS: Final = (
    Concern(
        "migrations",
        "danger",
        ngettext_lazy(
            "%(n)d migration of a schema failed", "%(n)d migrations of schemas failed", "n"
        ),
        "tenants_schemamigration",
        "failed=yes",
    ),
    Concern(
        "operations",
        "danger",
        ngettext_lazy("%(n)d operation failed this week", "%(n)d operations failed this week", "n"),
        "operations_operation",
        "state__exact=FAILED",
    ),
    Concern(
        "mails",
        "danger",
        ngettext_lazy("%(n)d mail was given up", "%(n)d mails were given up", "n"),
        "tenants_mailmessage",
        "state__exact=FAILED",
    ),
    Concern(
        "due_work",
        "danger",
        ngettext_lazy(
            "%(n)d appointment of due work fails", "%(n)d appointments of due work fail", "n"
        ),
        "tenants_duework",
        "failing=yes",
    ),
    Concern(
        "domains",
        "warning",
        ngettext_lazy(
            "%(n)d own domain has broken records", "%(n)d own domains have broken records", "n"
        ),
        "tenants_domain",
        "state__exact=BROKEN",
    ),
    Concern(
        "certificates",
        "warning",
        ngettext_lazy(
            "%(n)d own domain got no certificate", "%(n)d own domains got no certificate", "n"
        ),
        "tenants_domain",
        "certificate_state__exact=FAILED",
    ),
    Concern(
        "late",
        "warning",
        ngettext_lazy("%(n)d subscription is past due", "%(n)d subscriptions are past due", "n"),
        "tenants_subscription",
        "status__exact=PAST_DUE",
    ),
    Concern(
        "suspended",
        "warning",
        ngettext_lazy("%(n)d agency is suspended", "%(n)d agencies are suspended", "n"),
        "tenants_agency",
        "state__exact=SUSPENDED",
    ),
    Concern(
        "near_limits",
        "info",
        ngettext_lazy("%(n)d agency is near a limit", "%(n)d agencies are near a limit", "n"),
        "tenants_agency",
        "near_limits=yes",
    ),
    Concern(
        "trials",
        "info",
        ngettext_lazy("%(n)d trial ends this week", "%(n)d trials end this week", "n"),
        "tenants_subscription",
        "ending=yes",
    ),
)
"""In the order in which they are shown."""


class Notice(NamedTuple):
    """A concern that there is reason for."""

    tone: str
    words: str
    url: str


def list_notices(*, at: datetime) -> list[Notice]:
    """Return what there is reason for, in one statement."""
    counts = count_each(_rows(at=at))
    return [
        Notice(
            concern.tone,
            str(concern.words % {"n": counts[concern.name]}),
            f"{reverse(f'admin:{concern.place}_changelist')}?{concern.query}",
        )
        for concern in CONCERNS
        if counts[concern.name]
    ]


def _rows(*, at: datetime) -> dict[str, QuerySet[Any]]:
    present = Subscription.objects.filter(ended_at=None)
    return {
        "migrations": SchemaMigration.objects.exclude(error=""),
        "operations": Operation.objects.filter(
            state=OperationState.FAILED, finished_at__gte=at - RECENT
        ),
        "mails": MailMessage.objects.filter(state=MailState.FAILED),
        "due_work": DueWork.objects.filter(attempts__gt=0),
        "domains": Domain.objects.filter(state=DomainState.BROKEN),
        "certificates": Domain.objects.filter(certificate_state=CertificateState.FAILED),
        "late": present.filter(status=SubscriptionStatus.PAST_DUE),
        "suspended": Agency.objects.filter(state=AgencyState.SUSPENDED),
        "near_limits": Agency.objects.filter(~Q(limit_warnings={})),
        "trials": Subscription.objects.filter(is_ending_trial(at=at)),
    }


def is_ending_trial(*, at: datetime) -> Q:
    """Return the condition of a trial that ends within a week."""
    return Q(ended_at=None, status=SubscriptionStatus.TRIAL, trial_until__lte=at + TRIAL_ENDS_SOON)


def count_each(rows: Mapping[str, QuerySet[Any]]) -> dict[str, int]:
    """Count many sets of rows in one statement."""
    first, *others = [
        part.order_by()
        .annotate(counted=Value(name))
        .values("counted")
        .annotate(n=Count("pk"))
        .values_list("counted", "n")
        for name, part in rows.items()
    ]
    return {**dict.fromkeys(rows, 0), **dict(first.union(*others, all=True))}
