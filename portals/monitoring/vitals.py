"""Whether the platform does its work: one check for each part that somebody would be paged for.

``/health/ready`` asks only what a page needs, because a load balancer acts on it. These checks
also see what fails in silence: background work that stands still, mail and operations that wait, a
disk that fills. Each looks at the work itself, not at a process that claims to be there.
"""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.db.models import Min

from hosting.operations.models import Operation
from hosting.operations.states import OperationState
from portals.shared.health import check_database, check_redis
from spotex.kernel.tenancy import PUBLIC_SCHEMA, agency_scope
from tenants.models import DueWork, MailMessage
from tenants.states import MailState

PULSE_SECONDS: Final = 15
"""How often beat asks every queue for a sign of life."""

_SILENT_SECONDS: Final = 90
_LATE: Final = timedelta(minutes=10)
_VERY_LATE: Final = timedelta(hours=1)
_SCARCE_BYTES: Final = 2_000_000_000
_FULL_BYTES: Final = 200_000_000
_LIVE_SOCKET: Final = "live.sock"


class Condition(StrEnum):
    """How a part is; ``degraded`` is for office hours, ``down`` for the night as well."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True)
class Vital:
    """What one check found, and what it measured, for the operator."""

    name: str
    condition: Condition
    said: str = ""


def record_pulse(queue: str) -> None:
    """Note that a worker of a queue works now; called by a task of that queue."""
    cache.set(_pulse_key(queue), time.time(), timeout=None)


def measure_vitals(*, at: datetime, names: Collection[str] = ()) -> list[Vital]:
    """Check every part, or those named; a check that itself fails makes its part ``down``."""
    with agency_scope(PUBLIC_SCHEMA):
        return [
            _measure(name, check, at=at)
            for name, check in _CHECKS.items()
            if not names or name in names
        ]


def worst_of(vitals: list[Vital]) -> Condition:
    """Return the condition of the whole."""
    order = list(Condition)
    return max((vital.condition for vital in vitals), key=order.index, default=Condition.OK)


Finding = tuple[Condition, str]
Check = Callable[[datetime], Finding]


def _measure(name: str, check: Check, *, at: datetime) -> Vital:
    try:
        condition, said = check(at)
    except (DatabaseError, redis.RedisError, OSError) as error:
        condition, said = Condition.DOWN, type(error).__name__
    return Vital(name=name, condition=condition, said=said)


def _check_database(_at: datetime) -> Finding:
    said = check_database()
    return (Condition.OK if said == "ok" else Condition.DOWN), said


def _check_redis(_at: datetime) -> Finding:
    said = check_redis()
    return (Condition.OK if said == "ok" else Condition.DOWN), said


def _check_pulse(queue: str) -> Check:
    def check(_at: datetime) -> Finding:
        seen = cache.get(_pulse_key(queue))
        if seen is None:
            return Condition.DOWN, "no worker has answered yet"
        age = time.time() - seen
        return (
            Condition.OK if age <= _SILENT_SECONDS else Condition.DOWN,
            f"worker answered {age:.0f} s ago",
        )

    return check


def _pulse_key(queue: str) -> str:
    return f"pulse:{queue}"


def _check_mail(at: datetime) -> Finding:
    waiting = MailMessage.objects.filter(state=MailState.QUEUED, due_at__lte=at)
    return _judge_age(waiting.aggregate(oldest=Min("due_at"))["oldest"], at=at)


def _check_due_work(at: datetime) -> Finding:
    waiting = DueWork.objects.filter(due_at__lte=at, attempts=0)
    return _judge_age(waiting.aggregate(oldest=Min("due_at"))["oldest"], at=at)


def _check_operations(at: datetime) -> Finding:
    waiting = Operation.objects.filter(state=OperationState.PENDING)
    return _judge_age(waiting.aggregate(oldest=Min("queued_at"))["oldest"], at=at)


def _judge_age(oldest: datetime | None, *, at: datetime) -> Finding:
    if oldest is None:
        return Condition.OK, "nothing waits"
    age = at - oldest
    said = f"the oldest waits {age.total_seconds():.0f} s"
    if age > _VERY_LATE:
        return Condition.DOWN, said
    return (Condition.DEGRADED if age > _LATE else Condition.OK), said


def _check_disk(_at: datetime) -> Finding:
    free = shutil.disk_usage(settings.DATA_DIR).free
    said = f"{free / 1e9:.1f} GB free"
    if free < _FULL_BYTES:
        return Condition.DOWN, said
    return (Condition.DEGRADED if free < _SCARCE_BYTES else Condition.OK), said


def _check_live(_at: datetime) -> Finding:
    path = Path(settings.SPOTEX_RUN_DIR) / _LIVE_SOCKET
    if not path.exists():
        return Condition.OK, "not on this machine"
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(2)
        client.connect(str(path))
    return Condition.OK, "answers"


_CHECKS: Final[dict[str, Check]] = {
    "database": _check_database,
    "redis": _check_redis,
    "background": _check_pulse("default"),
    "site_work": _check_pulse("operations"),
    "mail": _check_mail,
    "due_work": _check_due_work,
    "operations": _check_operations,
    "live": _check_live,
    "disk": _check_disk,
}
