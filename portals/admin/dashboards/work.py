"""What the platform does for its agencies: how much, how fast, and what fails why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Aggregate, Count, F, FloatField, Max, Min, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Extract, TruncDate
from django.utils.translation import gettext_lazy as _

from hosting.failures import explain_failure
from hosting.operations.models import Operation
from hosting.operations.states import OPEN_STATES, OperationState
from portals.admin.dashboards.charts import Chart, Series, Trend
from portals.admin.dashboards.periods import Period, midnight
from portals.admin.names import WHO, name_kind

_LISTED: Final = 8
_ENDED: Final = (OperationState.DONE, OperationState.FAILED)


class Percentile(Aggregate):
    """The value below which a share of the rows lies."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()

    def __init__(self, expression: Any, *, share: float, **extra: Any) -> None:
        super().__init__(expression, share=share, **extra)


def count_open_operations() -> dict[str, Any]:
    """Count what waits and what runs, and tell since when the oldest waits."""
    waiting = Q(state=OperationState.PENDING)
    return Operation.objects.filter(state__in=OPEN_STATES).aggregate(
        waiting=Count("pk", filter=waiting),
        running=Count("pk", filter=~waiting),
        oldest=Min("queued_at", filter=waiting),
    )


def measure_work(period: Period) -> dict[str, Any]:
    """Return what ended well and what failed, in this period and the one before."""
    rows = list(
        Operation.objects.filter(state__in=_ENDED, finished_at__gte=midnight(period.before))
        .annotate(day=TruncDate("finished_at"))
        .values_list("day", "state")
        .annotate(n=Count("pk"))
        .order_by("day"),
    )
    done = [(day, n) for day, state, n in rows if state == OperationState.DONE]
    failed = [(day, n) for day, state, n in rows if state == OperationState.FAILED]
    before = [(state, n) for day, state, n in rows if day < period.start]
    return {
        "done": sum(period.spread(done)),
        "failed": sum(period.spread(failed)),
        "rate": Trend(
            now=_rate(sum(period.spread(failed)), sum(period.spread(done))),
            before=_rate(
                sum(n for state, n in before if state == OperationState.FAILED),
                sum(n for state, n in before if state == OperationState.DONE),
            ),
            more_is_good=False,
        ),
        "chart": Chart(
            title=_("Operations that ended"),
            labels=period.labels,
            series=[
                Series(_("Done"), 2, period.spread(done)),
                Series(_("Failed"), 5, period.spread(failed)),
            ],
        ),
    }


def _rate(failed: int, done: int) -> float:
    return round(100 * failed / (failed + done), 1) if failed + done else 0.0


@dataclass(frozen=True, kw_only=True)
class KindFigures:
    """One kind of operation in figures; times in seconds, None without an example."""

    name: str
    kind: str
    done: int
    failed: int
    median: float | None
    slow: float | None

    @property
    def rate(self) -> float:
        """How many of a hundred failed."""
        return _rate(self.failed, self.done)


def measure_kinds(period: Period) -> list[KindFigures]:
    """Return each kind's results and how long it took: in the middle, and the slowest twentieth."""
    took = Extract(F("finished_at") - F("started_at"), "epoch")
    done = Q(state=OperationState.DONE, started_at__isnull=False)
    rows = (
        Operation.objects.filter(state__in=_ENDED, finished_at__gte=midnight(period.start))
        .values("kind")
        .annotate(
            done=Count("pk", filter=Q(state=OperationState.DONE)),
            failed=Count("pk", filter=Q(state=OperationState.FAILED)),
            median=Percentile(took, share=0.5, filter=done),
            slow=Percentile(took, share=0.95, filter=done),
        )
        .order_by("-failed", "-done", "kind")
    )
    return [KindFigures(name=name_kind(row["kind"]), **row) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Why operations failed: how often, for how many agencies, and what helps."""

    code: str
    count: int
    agencies: int
    last: datetime
    example: int
    cause: str
    remedy: str
    who: str

    @property
    def who_acts(self) -> str:
        """Who has to act, in words."""
        return str(WHO.get(self.who, self.who))


def list_causes(period: Period) -> list[Cause]:
    """Return the most frequent failures with their remedies; words are those of the last one."""
    rows = list(
        Operation.objects.filter(
            state=OperationState.FAILED, finished_at__gte=midnight(period.start)
        )
        .annotate(code=KT("error__code"))
        .values("code")
        .annotate(
            count=Count("pk"),
            agencies=Count("agency", distinct=True),
            last=Max("finished_at"),
            example=Max("pk"),
        )
        .order_by("-count", "code")[:_LISTED],
    )
    errors = dict(
        Operation.objects.filter(pk__in=[row["example"] for row in rows]).values_list(
            "pk", "error"
        ),
    )
    return [_explain(dict(row), errors.get(row["example"])) for row in rows]


def _explain(row: dict[str, Any], error: dict[str, Any] | None) -> Cause:
    told = explain_failure(error or {"code": row["code"]}) or {}
    return Cause(
        cause=told["cause"],
        remedy=told["remedy"],
        who=told["who"],
        **{**row, "code": row["code"] or ""},
    )


def list_failed_operations() -> list[tuple[Operation, str]]:
    """Return what failed last, with the name of its kind."""
    failed = Operation.objects.filter(state=OperationState.FAILED).select_related("agency")
    rows = failed.order_by("-finished_at")[:_LISTED]
    return [(operation, name_kind(operation.kind)) for operation in rows]


def seconds_since(moment: datetime | None, *, at: datetime) -> int:
    """Return how long ago a moment was, 0 for none and for the future."""
    return max(0, int((at - moment).total_seconds())) if moment else 0
