"""Entry points of background work on the platform itself: what is left behind, signs of life."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.utils import timezone

from portals.api.tokens import forget_expired_tokens
from portals.monitoring.vitals import record_pulse
from portals.shared.forgetting import (
    forget_dead_devices,
    forget_expired_sessions,
    forget_public_keys,
)


@shared_task(name="portals.forget_expired")
def forget_expired(**_: Any) -> None:
    """Delete sessions, tokens and public keys whose time is over."""
    now = timezone.now()
    forget_expired_sessions(at=now)
    forget_expired_tokens(at=now)
    forget_dead_devices(at=now)
    forget_public_keys(at=now)


@shared_task(name="portals.pulse")
def send_pulse(*, queue: str, **_: Any) -> None:
    """Show that the whole way works: beat, broker and a worker of this queue."""
    record_pulse(queue)
