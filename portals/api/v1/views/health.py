"""``health``: is the platform there, and what it stands on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portals.api.answers import answer
from portals.api.endpoint import Endpoint, operation
from portals.api.errors import Refusal
from portals.monitoring.vitals import Condition, measure_vitals, worst_of
from portals.shared.health import check_database, check_redis

TAG: Final = "health"
OK: Final = "ok"


class HealthOut(serializers.Serializer[Any]):
    """State of the process and, where asked, of its parts."""

    status = serializers.ChoiceField(choices=[OK, Condition.DEGRADED.value])
    checks = serializers.DictField(child=serializers.CharField(), required=False)


class HealthEndpoint(Endpoint):
    """Probes are answered without a token, without a limit, and without Redis."""

    public = True
    throttle_classes = []


class Liveness(HealthEndpoint):
    """The process."""

    @operation("Liveness", tag=TAG, answer=HealthOut)
    def get(self, _request: Request) -> Response:
        """The process runs."""
        return answer({"status": OK})


class DatabaseHealth(HealthEndpoint):
    """The database."""

    @operation("Database", tag=TAG, answer=HealthOut)
    def get(self, _request: Request) -> Response:
        """The database answers."""
        return _answer({"database": check_database})


class RedisHealth(HealthEndpoint):
    """Redis."""

    @operation("Redis", tag=TAG, answer=HealthOut)
    def get(self, _request: Request) -> Response:
        """Redis answers."""
        return _answer({"redis": check_redis})


class PlatformHealth(HealthEndpoint):
    """Everything at once."""

    @operation("Platform", tag=TAG, answer=HealthOut)
    def get(self, _request: Request) -> Response:
        """Every part does its work: also mail, background work, live updates."""
        vitals = measure_vitals(at=timezone.now())
        broken = [vital.name for vital in vitals if vital.condition == Condition.DOWN]
        if broken:
            raise _unavailable(broken)
        checks = {vital.name: vital.condition for vital in vitals}
        return answer({"status": worst_of(vitals), "checks": checks})


def _answer(checks: Mapping[str, Callable[[], str]]) -> Response:
    states = {name: check() for name, check in checks.items()}
    broken = [name for name, state in states.items() if state != OK]
    if broken:
        raise _unavailable(broken)
    return answer({"status": OK, "checks": states})


def _unavailable(parts: list[str]) -> Refusal:
    return Refusal(
        _("Not available: %(parts)s.") % {"parts": ", ".join(parts)},
        code="unavailable",
        status=503,
        wait=2,
    )
