"""Liveness and readiness, answered on every host and for every probe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from spotex.kernel.tenancy import PUBLIC_SCHEMA, enter_schema

RETRY_SECONDS: Final = 5


def check_database() -> str:
    """Return ``ok`` or what is wrong with the database."""
    try:
        enter_schema(PUBLIC_SCHEMA)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), pg_is_in_recovery(), current_setting('transaction_read_only')"
                " FROM tenants_plan",
            )
            _plans, is_standby, read_only = cursor.fetchone()
    except DatabaseError as error:
        return f"unavailable: {type(error).__name__}"
    return "read-only" if is_standby or read_only == "on" else "ok"


def check_redis() -> str:
    """Return ``ok`` or what is wrong with Redis."""
    try:
        redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2).ping()
    except (redis.RedisError, OSError) as error:
        return f"unavailable: {type(error).__name__}"
    return "ok"


def is_alive(_request: HttpRequest) -> HttpResponse:
    """Answer that the process runs."""
    return JsonResponse({"status": "ok"})


def is_ready(_request: HttpRequest) -> HttpResponse:
    """Answer 200 when pages can be served, 503 with the reason otherwise."""
    checks = {"database": check_database(), "redis": check_redis()}
    ready = all(state == "ok" for state in checks.values())
    return JsonResponse(
        {"status": "ok" if ready else "unavailable", "checks": checks},
        status=200 if ready else 503,
        headers={} if ready else {"Retry-After": str(RETRY_SECONDS)},
    )


HEALTH_VIEWS: Final[Mapping[str, Callable[[HttpRequest], HttpResponse]]] = {
    "/health": is_alive,
    "/health/ready": is_ready,
}
