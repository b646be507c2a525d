"""Background tasks carry the id of the request that caused them, and are counted.

Connected to Celery's signals when the application is made (``spotex/celery.py``).
"""

from __future__ import annotations

import time
from typing import Any, Final

from celery.signals import before_task_publish, task_postrun, task_prerun

from spotex.kernel.metrics import TASK_SECONDS, TASKS
from spotex.kernel.trace import begin_trace, request_id, task_name

HEADER: Final = "spotex_request_id"
_STARTED: Final = "_spotex_started"


def connect_task_trace() -> None:
    """Follow every task from its message to its end."""
    before_task_publish.connect(_stamp, weak=False, dispatch_uid="spotex.stamp")
    task_prerun.connect(_begin, weak=False, dispatch_uid="spotex.begin")
    task_postrun.connect(_end, weak=False, dispatch_uid="spotex.end")


def _stamp(headers: dict[str, Any] | None = None, **_: Any) -> None:
    if headers is not None and request_id.get() != "-":
        headers[HEADER] = request_id.get()


def _begin(task_id: str = "", task: Any = None, **_: Any) -> None:
    cause = getattr(task.request, HEADER, None) or task_id[:16]
    begin_trace(cause)
    task_name.set(task.name)
    setattr(task.request, _STARTED, time.perf_counter())


def _end(task: Any = None, state: str | None = None, **_: Any) -> None:
    started = getattr(task.request, _STARTED, None)
    TASKS.labels(task.name, (state or "unknown").lower()).inc()
    if started is not None:
        TASK_SECONDS.labels(task.name).observe(time.perf_counter() - started)
    begin_trace("-")
