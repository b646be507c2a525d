"""Background work: the application, its queues and every periodic time.

A task that works inside an agency takes its schema as an ordinary keyword and enters it itself
(ADR 0005). Periodic tasks look for due rows in public tables; none loops over agencies. What falls
due for one agency, person or thing is a row of its own (ADR 0017), not an entry here.
"""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab

from spotex.kernel.task_trace import connect_task_trace

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotex.settings")

app = Celery("spotex")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
connect_task_trace()

app.conf.task_routes = {
    "operations.recover": {"queue": "default"},
    "operations.*": {"queue": "operations"},
    "hosting.*": {"queue": "operations"},
}
"""Long work on sites has a queue, and workers, of its own: it never delays mails or the watchman.
Everything else goes to the queue ``default``."""


def _every(seconds: float, task: str) -> dict[str, Any]:
    """Describe a periodic task; one that waited until the next is due is not run any more."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


def _nightly(minute: int, task: str) -> dict[str, Any]:
    """Describe a task of the small hours; one that missed its night waits for the next."""
    at = crontab(hour="3", minute=str(minute))
    return {"task": task, "schedule": at, "options": {"expires": 3_600.0}}


def _pulse(queue: str) -> dict[str, Any]:
    """Ask the workers of a queue for a sign of life."""
    entry = _every(15.0, "portals.pulse")
    return entry | {"kwargs": {"queue": queue}, "options": {"expires": 15.0, "queue": queue}}


app.conf.beat_schedule = {
    "pulse-default": _pulse("default"),
    "pulse-operations": _pulse("operations"),
    "deliver-waiting-mail": _every(15.0, "tenants.deliver_waiting_mail"),
    "run-due-work": _every(5.0, "tenants.run_due_work"),
    "keep-spare-schemas": _every(60.0, "tenants.keep_spare_schemas"),
    "recover-operations": _every(10.0, "operations.recover"),
    "run-site-crons": _every(60.0, "hosting.run_due_crons"),
    "fill-spare-sites": _every(20.0, "hosting.fill_spares"),
    "prune-operations": _nightly(30, "operations.prune"),
    "blank-old-mail": _nightly(10, "tenants.blank_old_mail"),
    "forget-expired": _nightly(20, "portals.forget_expired"),
}
