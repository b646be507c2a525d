"""Figures of the whole platform, read from public tables when Prometheus asks.

A fixed number of statements, whatever the number of agencies; none enters an agency's schema.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, F, Min, QuerySet, Sum
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hosting.operations.models import Operation, SiteRoute
from hosting.operations.states import OPEN_STATES
from portals.monitoring.vitals import Condition, measure_vitals
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.models import Agency, DueWork, MailMessage, Subscription
from tenants.states import MailState, SubscriptionStatus

_RECENT: Final = timedelta(hours=1)
_PAYING: Final = (SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE)


class PlatformFigures(Collector):
    """Business and queues, as gauges."""

    def collect(self) -> Iterable[Metric]:
        """Read everything now."""
        now = timezone.now()
        with agency_scope(PUBLIC_SCHEMA):
            yield from _count_business()
            yield from _count_queues(at=now)
            yield from _count_operations(at=now)
        yield _tell_vitals(at=now)


def _count_business() -> Iterator[Metric]:
    open_ones = Subscription.objects.filter(ended_at=None)
    yield _by_labels(
        "spotex_agencies",
        "Agencies",
        Agency.objects.values_list("state", "plan__tier").annotate(n=Count("pk")),
        labels=["state", "tier"],
    )
    yield _by_labels(
        "spotex_subscriptions",
        "Open subscriptions",
        open_ones.values_list("tier", "status").annotate(n=Count("pk")),
        labels=["tier", "status"],
    )
    yield _by_labels(
        "spotex_monthly_revenue_minor",
        "Price a month of all paying subscriptions, in cents",
        open_ones.filter(status__in=_PAYING).values_list("currency").annotate(n=Sum("price_minor")),
        labels=["currency"],
    )
    yield _by_labels(
        "spotex_site_hosts",
        "Hosts of sites",
        SiteRoute.objects.values_list("kind").annotate(n=Count("pk")),
        labels=["kind"],
    )


def _count_queues(*, at: datetime) -> Iterator[Metric]:
    mail = MailMessage.objects.filter(state=MailState.QUEUED)
    yield _gauge("spotex_mail_waiting", "Mails to be delivered", mail.count())
    yield _oldest("spotex_mail_oldest_seconds", "How late mail is", mail, at=at)
    due = DueWork.objects.filter(due_at__lte=at)
    yield _gauge("spotex_due_work_waiting", "Appointments that are due", due.count())
    yield _oldest("spotex_due_work_oldest_seconds", "How late due work is", due, at=at)
    failing = DueWork.objects.filter(attempts__gt=0).count()
    yield _gauge("spotex_due_work_failing", "Appointments that failed at least once", failing)


def _count_operations(*, at: datetime) -> Iterator[Metric]:
    rows = Operation.objects.values_list("kind", "state").annotate(n=Count("pk"))
    yield _by_labels(
        "spotex_operations_open",
        "Operations that wait or run",
        rows.filter(state__in=OPEN_STATES),
        labels=["kind", "state"],
    )
    yield _by_labels(
        "spotex_operations_ended_last_hour",
        "Operations that ended within an hour",
        rows.filter(finished_at__gt=at - _RECENT),
        labels=["kind", "state"],
    )


def _tell_vitals(*, at: datetime) -> Metric:
    family = GaugeMetricFamily(
        "spotex_vital",
        "1 when the part is in this condition",
        labels=["part", "condition"],
    )
    for vital in measure_vitals(at=at):
        for condition in Condition:
            family.add_metric([vital.name, condition], float(vital.condition == condition))
    return family


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _oldest(name: str, text: str, rows: QuerySet[Any], *, at: datetime) -> Metric:
    oldest = rows.filter(due_at__lte=at).aggregate(oldest=Min(F("due_at")))["oldest"]
    return _gauge(name, text, (at - oldest).total_seconds() if oldest else 0.0)


def _by_labels(name: str, text: str, rows: Iterable[Any], *, labels: list[str]) -> Metric:
    """Return a gauge for rows of ``(label, …, figure)``."""
    family = GaugeMetricFamily(name, text, labels=labels)
    for *values, figure in rows:
        family.add_metric([str(value) for value in values], float(figure))
    return family
