"""Background work: the application, its queues and every periodic time.

A task that works inside an agency takes its schema as an ordinary keyword and enters it itself
(ADR 0005). Periodic tasks look for due rows in public tables; none loops over agencies.
"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spotex.settings")

app = Celery("spotex")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.task_routes = {
    "operations.*": {"queue": "operations"},
    "hosting.*": {"queue": "operations"},
}
"""Long work on sites never delays mails; everything else goes to the queue ``default``."""

app.conf.beat_schedule = {
    "deliver-waiting-mail": {"task": "tenants.deliver_waiting_mail", "schedule": 15.0},
    "recover-operations": {"task": "operations.recover", "schedule": 10.0},
    "run-site-crons": {"task": "hosting.run_due_crons", "schedule": 60.0},
}
