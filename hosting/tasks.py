"""Entry points of background work on sites."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from hosting.services.crons import claim_due_crons, run_cron_of_site
from hosting.services.spares import fill_spares


@shared_task(name="hosting.run_due_crons")
def run_due_crons(**_: Any) -> None:
    """Hand out the scheduled work of sites that is due."""
    for site_id, schema in claim_due_crons(at=timezone.now()):
        run_site_cron.delay(site_id=site_id, schema=schema)


@shared_task(name="hosting.fill_spares")
def keep_spares(**_: Any) -> None:
    """Keep sites ready that nobody has yet."""
    fill_spares(at=timezone.now())


@shared_task(name="hosting.run_site_cron")
def run_site_cron(*, site_id: str, schema: str, **_: Any) -> None:
    """Let one site do its own scheduled work."""
    run_cron_of_site(site_id, schema=schema)
