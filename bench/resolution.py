"""P4: a request through host resolution, against the same view without it."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from bench.measure import Result, paired_seconds
from portals.middleware.hosts import HostMiddleware
from tenants.hosts import host_of
from tenants.models import User
from tenants.services.agencies import register_agency
from tenants.states import PortalName, Tier

REQUESTS = 20


def run() -> Iterator[Result]:
    """Measure a view that asks the database once, with and without the middleware."""
    if not User.objects.filter(email="bench@agency.test").exists():
        register_agency(
            email="bench@agency.test",
            password="a-password-for-one-run",
            full_name="Bench",
            agency_name="Bench",
            agency_slug="bench-agency",
            tier=Tier.STARTER,
        )
    factory = RequestFactory(HTTP_HOST=host_of("bench-agency", PortalName.AGENCY))
    through = HostMiddleware(_view)

    def ours() -> None:
        for _ in range(REQUESTS):
            through(factory.get("/"))

    def peer() -> None:
        for _ in range(REQUESTS):
            _view(factory.get("/"))

    ours()
    with CaptureQueriesContext(connection) as queries:
        through(factory.get("/"))
    extra = len(queries) - 1
    mine, plain = paired_seconds(ours, peer, rounds=100)
    yield Result(
        number="P4",
        what=f"host resolution, one-query view ({extra} extra statements when warm)",
        peer="the same view alone",
        ours_seconds=mine / REQUESTS,
        peer_seconds=plain / REQUESTS,
        target=1.5,
    )


def _view(_request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return HttpResponse(str(cursor.fetchone()))
