"""What monitoring asks: metrics and vitals, for whoever has the token.

Without the right token there is nothing here: the request goes on to the host's own pages, which
know no such address. So an agency's host shows nobody that it is watched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from portals.monitoring.counts import choose_counts
from portals.monitoring.figures import PlatformFigures
from portals.monitoring.vitals import Condition, measure_vitals, worst_of


def has_monitoring_token(request: HttpRequest) -> bool:
    """Tell whether the caller may see figures of the whole platform."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    wanted = settings.SPOTEX_METRICS_TOKEN
    return (
        bool(wanted) and scheme.lower() == "bearer" and constant_time_compare(token.strip(), wanted)
    )


def show_metrics(_request: HttpRequest) -> HttpResponse:
    """Answer with everything that is counted, in Prometheus' text format."""
    figures = CollectorRegistry()
    figures.register(PlatformFigures())
    text = generate_latest(choose_counts()) + generate_latest(figures)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def show_vitals(_request: HttpRequest) -> HttpResponse:
    """Answer how each part is: 200, or 503 when one is down."""
    vitals = measure_vitals(at=timezone.now())
    whole = worst_of(vitals)
    return JsonResponse(
        {
            "status": whole,
            "checks": {v.name: {"status": v.condition, "said": v.said} for v in vitals},
        },
        status=503 if whole == Condition.DOWN else 200,
    )


MONITORING_VIEWS: Final[Mapping[str, Callable[[HttpRequest], HttpResponse]]] = {
    "/metrics": show_metrics,
    "/health/vitals": show_vitals,
}
