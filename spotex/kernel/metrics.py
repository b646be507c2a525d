"""What is counted while the platform works, for Prometheus.

Every process writes into files of its machine's or container's directory
(``PROMETHEUS_MULTIPROC_DIR``), and the web process answers for all of them. Labels are bounded: a route, never an address; no agency.
"""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_WORK_SECONDS: Final = (0.01, 0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0)

REQUESTS = Counter(
    "spotex_http_requests_total",
    "Answers given",
    ["portal", "route", "method", "status"],
)
REQUEST_SECONDS = Histogram(
    "spotex_http_request_seconds",
    "Time from the first middleware to the answer",
    ["portal", "route"],
    buckets=_SECONDS,
)
TASKS = Counter("spotex_tasks_total", "Background tasks that ended", ["task", "outcome"])
TASK_SECONDS = Histogram(
    "spotex_task_seconds",
    "Time that a background task took",
    ["task"],
    buckets=_WORK_SECONDS,
)
STREAMS = Gauge("spotex_live_streams", "Open event streams", multiprocess_mode="livesum")
